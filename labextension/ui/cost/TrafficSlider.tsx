import * as React from 'react';

import { count, perMinute, plain } from '../format';
import { useHost, type Host } from '../host';
import { Link, useId } from '../parts';
import {
  callsAt,
  DECADES,
  decimalSign,
  LAST_STEP,
  parseCalls,
  stepOf,
  STEPS_PER_DECADE
} from './traffic';
import { callsMark } from './words';

/** Calls a month, by a logarithmic slider or a number field. */
export function TrafficSlider(props: {
  calls: number;
  /** From the server; null while it is not that of `calls`. */
  calls_per_minute: number | null;
  measured: number | null;
  measured_days: number | null;
  /** null takes what was measured. */
  onChange: (calls: number | null) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { calls, calls_per_minute, measured, measured_days, onChange } = props;
  const id = useId('calls');
  const step = stepOf(calls);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const decades = { PageUp: 1, PageDown: -1 }[event.key];
    if (decades !== undefined) {
      event.preventDefault();
      const to = step + decades * STEPS_PER_DECADE;
      onChange(callsAt(Math.min(LAST_STEP, Math.max(0, to))));
    }
  };
  const spoken = t('%1 calls a month', count(calls));
  const rate =
    calls_per_minute === null
      ? '…'
      : calls_per_minute >= 1
        ? t('%1 a minute on average', plain(calls_per_minute))
        : t('%1 on average', perMinute(t, calls_per_minute));
  return (
    <div className="smnb-section">
      <div className="smnb-flex">
        <label className="smnb-heading smnb-calls-label" htmlFor={id}>
          {t('Calls a month')}
        </label>
        <CallsField id={id} calls={calls} onChange={onChange} />
      </div>
      <div
        className="smnb-slider"
        style={{ '--smnb-at': step / LAST_STEP } as React.CSSProperties}
      >
        <input
          type="range"
          min={0}
          max={LAST_STEP}
          step={1}
          value={step}
          aria-label={t('Calls a month')}
          aria-valuetext={
            calls_per_minute === null ? spoken : t('%1, %2', spoken, rate)
          }
          onKeyDown={onKeyDown}
          onChange={event => onChange(callsAt(Number(event.target.value)))}
        />
        <div className="smnb-slider-marks" aria-hidden="true">
          {DECADES.map(decade => (
            <span
              key={decade.step}
              style={{ '--smnb-at': decade.step / LAST_STEP } as React.CSSProperties}
            >
              {callsMark(decade.calls)}
            </span>
          ))}
        </div>
      </div>
      <div className="smnb-flex smnb-small smnb-quiet smnb-calls-foot">
        <span className="smnb-ellipsis" title={rate}>
          {rate}
        </span>
        {measured !== null && measured_days !== null && (
          <span className="smnb-right">
            <Link onClick={() => onChange(null)} disabled={measured === calls}>
              {measuredWords(t, measured_days)}
            </Link>
          </span>
        )}
      </div>
    </div>
  );
}

function measuredWords(t: Host['t'], days: number): string {
  if (days >= 1) {
    return days < 1.5 ? t('use last day') : t('use last %1 days', plain(days));
  }
  const hours = days * 24;
  return hours < 1.5 ? t('use last hour') : t('use last %1 hours', plain(hours));
}

/** The number itself: 1200000, 1.2M and 1,200,000 are the same. */
export function CallsField(props: {
  id: string;
  calls: number;
  onChange: (calls: number) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { id, calls, onChange } = props;
  const [typed, setTyped] = React.useState<string | null>(null);
  const read = typed === null ? calls : parseCalls(typed, decimalSign());
  const take = () => {
    if (typed !== null && read !== null && read !== calls) {
      onChange(read);
    }
    setTyped(null);
  };
  return (
    <span className="smnb-field smnb-calls-field">
      <input
        id={id}
        type="text"
        autoComplete="off"
        value={typed ?? count(calls)}
        aria-invalid={read === null || undefined}
        title={
          read === null
            ? t('Not a number of calls: write 1200000, 1.2M or 1,200,000.')
            : undefined
        }
        onChange={event => setTyped(event.target.value)}
        onBlur={take}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            take();
          } else if (event.key === 'Escape' && typed !== null) {
            // Escape takes back what was typed; only the next one goes back to the list.
            event.stopPropagation();
            setTyped(null);
          }
        }}
      />
    </span>
  );
}
