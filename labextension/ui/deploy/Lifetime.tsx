import * as React from 'react';

import { useHost } from '../host';
import { useId } from '../parts';

/** How long it may stay; the SDK's own form. */
const TIMES = ['1h', '2h', '8h', '1d', '7d'] as const;

/** When it deletes itself, and whether it has a twin for large payloads. */
export function Lifetime(props: {
  ttl: string | null;
  onTtl: (ttl: string | null) => void;
  /** null where a twin makes no sense: it is asynchronous itself. */
  twin: boolean | null;
  onTwin: (twin: boolean) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { ttl, onTtl, twin, onTwin } = props;
  const id = useId('ttl');
  const [last, setLast] = React.useState<string>(ttl ?? '2h');
  return (
    <section className="smnb-section">
      <div className="smnb-flex">
        <input
          id={id}
          className="smnb-check"
          type="checkbox"
          checked={ttl !== null}
          onChange={event => onTtl(event.target.checked ? last : null)}
        />
        <label
          htmlFor={id}
          className="smnb-body smnb-ellipsis"
          title={t('Delete by itself after')}
        >
          {t('Delete by itself after')}
        </label>
        <span className="smnb-field smnb-ttl">
          <select
            aria-label={t('Delete by itself after')}
            value={last}
            disabled={ttl === null}
            onChange={event => {
              setLast(event.target.value);
              onTtl(event.target.value);
            }}
          >
            {TIMES.map(time => (
              <option key={time} value={time}>
                {words(time)}
              </option>
            ))}
          </select>
        </span>
      </div>
      {twin !== null && (
        <div className="smnb-flex smnb-twin-line">
          <input
            id={`${id}-twin`}
            className="smnb-check"
            type="checkbox"
            checked={twin}
            onChange={event => onTwin(event.target.checked)}
          />
          <label
            htmlFor={`${id}-twin`}
            className="smnb-body smnb-ellipsis"
            title={t('Async twin for large payloads')}
          >
            {t('Async twin for large payloads')}
          </label>
        </div>
      )}
    </section>
  );
}

/** `2 h` of `2h`. */
function words(time: string): string {
  return `${time.slice(0, -1)}\u00a0${time.slice(-1)}`;
}
