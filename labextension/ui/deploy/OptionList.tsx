import * as React from 'react';

import { refuse } from '../cost/refuse';
import { capital } from '../cost/words';
import { usd } from '../format';
import { useHost, type Host } from '../host';
import { Link, RadioMark, Unknown, useId } from '../parts';
import type { Choice, Option } from '../shapes';

/** How it can run, the best first with its reason; what does not suit is a press away. */
export function OptionList(props: {
  options: Option[];
  chosen: Choice;
  /** Of what is chosen below, which may be another size; undefined until it is priced. */
  chosen_usd_per_month: number | null | undefined;
  onChoose: (choice: Choice) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { options, chosen, chosen_usd_per_month, onChoose } = props;
  const name = useId('option');
  const [all, setAll] = React.useState(false);
  const suits = options.filter(option => option.possible && option.choice);
  const isChosen = (option: Option): boolean =>
    option.choice?.kind === chosen.kind && suits.includes(option);
  const others = options.filter(option => !suits.includes(option));
  return (
    <>
      <div role="radiogroup" aria-label={t('How it runs')}>
        {(all ? [...suits, ...others] : suits).map(option => (
          <OptionCard
            key={option.kind}
            option={option}
            name={name}
            checked={isChosen(option)}
            usd_per_month={
              isChosen(option) && chosen_usd_per_month !== undefined
                ? chosen_usd_per_month
                : option.usd_per_month
            }
            onChoose={onChoose}
          />
        ))}
      </div>
      {others.length > 0 && (
        <p className="smnb-small smnb-options-more">
          <Link onClick={() => setAll(!all)}>
            {all
              ? t('Show what suits it')
              : others.length === 1
                ? t('Show 1 other')
                : t('Show %1 others', others.length)}
          </Link>
        </p>
      )}
    </>
  );
}

function OptionCard(props: {
  option: Option;
  name: string;
  checked: boolean;
  usd_per_month: number | null;
  onChoose: (choice: Choice) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { option, name, checked, usd_per_month, onChoose } = props;
  const { choice, reason } = option;
  const title = titleOf(t, option);
  const off = !option.possible || !choice;
  const price =
    usd_per_month === null
      ? t('price unknown')
      : t('%1 a month', usd(t, usd_per_month));
  return (
    <label
      className="smnb-option"
      data-chosen={checked || undefined}
      data-unfit={off || undefined}
    >
      <span>
        <input
          type="radio"
          className="smnb-hidden"
          name={name}
          checked={checked}
          aria-disabled={off || undefined}
          aria-label={[title, option.best && t('best'), price, reason]
            .filter(Boolean)
            .join(', ')}
          onClick={off ? refuse : undefined}
          onChange={() => choice && !off && onChoose(choice)}
        />
        <RadioMark checked={checked} disabled={off} />
      </span>
      <span className="smnb-option-title">
        {title}
        {option.best && <span className="smnb-tag smnb-tag-best">{t('best')}</span>}
      </span>
      <span className="smnb-nowrap">
        {usd_per_month === null ? (
          <Unknown label={t('price unknown')} />
        ) : (
          t('%1/mo', usd(t, usd_per_month))
        )}
      </span>
      <span className="smnb-option-reason">
        {reason}
        {option.possible && !choice && ` ${t('Deployed in a cell.')}`}
      </span>
    </label>
  );
}

/** What an option is called; its size or instance is chosen further below. */
function titleOf(t: Host['t'], option: Option): string {
  switch (option.kind) {
    case 'serverless':
      return t('Serverless');
    case 'realtime':
      return t('Real-time');
    case 'async':
      return t('Async');
    default:
      return capital(option.title);
  }
}
