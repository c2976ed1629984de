import * as React from 'react';

import { durationShort, memory, plain } from '../format';
import { useHost, type Host } from '../host';
import { RadioMark, Unknown } from '../parts';
import type { Alternative, Choice } from '../shapes';
import { refuse } from './refuse';
import { keyOf, monthly } from './words';

/** Instances to run on instead, in the server's order; radios of the ladder's group. */
export function AlternativeList(props: {
  label: string;
  options: Alternative[];
  name: string;
  chosen: Choice | null;
  onChoose: (choice: Choice) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { options, name, chosen, onChoose } = props;
  return (
    <div role="radiogroup" aria-label={props.label} className="smnb-alternatives">
      {options.map(option => {
        const month = monthly(t, option.usd_per_month, 'exact');
        const checked = keyOf(option.choice) === keyOf(chosen);
        return (
          <label
            key={keyOf(option.choice)}
            className="smnb-alternative"
            data-chosen={checked || undefined}
            data-unfit={!option.possible || undefined}
            title={option.possible ? undefined : option.why_not}
          >
            <span>
              <input
                type="radio"
                className="smnb-hidden"
                name={name}
                checked={checked}
                aria-disabled={!option.possible || undefined}
                aria-label={[
                  option.title,
                  kindWords(t, option),
                  month === null ? t('price unknown') : t('%1 a month', month),
                  !option.possible && option.why_not
                ]
                  .filter(Boolean)
                  .join(', ')}
                onClick={option.possible ? undefined : refuse}
                onChange={() => option.possible && onChoose(option.choice)}
              />
              <RadioMark checked={checked} disabled={!option.possible} />
            </span>
            <span className="smnb-alternative-title">
              <span className="smnb-ellipsis" title={option.title}>
                {option.title}
              </span>
              <Facts option={option} />
            </span>
            <span className="smnb-nowrap">
              {month ?? <Unknown label={t('price unknown')} />}
            </span>
          </label>
        );
      })}
    </div>
  );
}

/** `real-time · 4 GB · p50 —`. */
function Facts(props: { option: Alternative }): React.ReactElement {
  const { t } = useHost();
  const { option } = props;
  const facts = [
    kindWords(t, option),
    option.memory_mb !== null && option.choice.kind === 'realtime'
      ? memory(option.memory_mb)
      : null,
    t('p50')
  ];
  const words = facts.filter(Boolean).join(' · ');
  return (
    <small title={`${words}\u00a0${t('not measured')}`}>
      {words}&nbsp;
      <span className="smnb-if-narrow">
        <Unknown label={t('not measured')} />
      </span>
      <span className="smnb-if-wide">{t('not measured')}</span>
    </small>
  );
}

/** What an option is, in words: `real-time`, `up 3 h a day`. */
function kindWords(t: Host['t'], option: Alternative): string {
  switch (option.choice.kind) {
    case 'realtime':
      return t('real-time');
    case 'async':
      return option.hours_per_day === null
        ? t('async')
        : t('up %1 a day', upTime(t, option.hours_per_day));
    case 'serverless':
      return t('serverless');
  }
}

/** Hours, or minutes where they are few: `3 h`, `12 min`, `under 1 min`. */
export function upTime(t: Host['t'], hours: number): string {
  if (hours < 1 / 60) {
    return t('under %1', `1\u00a0min`);
  }
  return hours >= 1 ? `${plain(hours, 1)}\u00a0h` : durationShort(hours * 3_600_000);
}
