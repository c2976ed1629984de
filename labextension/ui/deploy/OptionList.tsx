import * as React from 'react';

import { refuse } from '../cost/refuse';
import { capital } from '../cost/words';
import { usd } from '../format';
import { useHost } from '../host';
import { Link, RadioMark, Unknown, useId } from '../parts';
import type { Choice, Option } from '../shapes';

/** How it can run, the best first with its reason; what does not suit is a press away. */
export function OptionList(props: {
  options: Option[];
  chosen: Choice;
  onChoose: (choice: Choice) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { options, chosen, onChoose } = props;
  const name = useId('option');
  const [all, setAll] = React.useState(false);
  const suits = options.filter(option => option.possible && option.choice);
  const others = options.filter(option => !suits.includes(option));
  return (
    <>
      <div role="radiogroup" aria-label={t('How it runs')}>
        {(all ? [...suits, ...others] : suits).map(option => (
          <OptionCard
            key={option.kind}
            option={option}
            name={name}
            checked={option.choice?.kind === chosen.kind && suits.includes(option)}
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
  onChoose: (choice: Choice) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { option, name, checked, onChoose } = props;
  const { choice, usd_per_month, reason } = option;
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
          aria-label={[capital(option.title), option.best && t('best'), price, reason]
            .filter(Boolean)
            .join(', ')}
          onClick={off ? refuse : undefined}
          onChange={() => choice && !off && onChoose(choice)}
        />
        <RadioMark checked={checked} disabled={off} />
      </span>
      <span className="smnb-option-title">
        {capital(option.title)}
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
