import * as React from 'react';

import { durationShort, memory, percent, usdFine } from '../format';
import { useHost } from '../host';
import { Unknown, useNow } from '../parts';
import type { Cost, Row } from '../shapes';
import { capital, monthly } from './words';

/** What an endpoint on instances costs as it is, and since it was created. */
export function Paid(props: { cost: Cost; row: Row }): React.ReactElement {
  const { t } = useHost();
  const { cost, row } = props;
  const now = useNow();
  const spent = monthly(t, cost.spent_usd, cost.spent_at_most ? 'max' : 'exact');
  const unknown = <Unknown label={t('price unknown')} />;
  return (
    <section className="smnb-section">
      <h3>{t('What you pay for')}</h3>
      <div className="smnb-facts">
        {cost.paid.map(line => {
          const month = monthly(t, line.usd, 'exact');
          return (
            <React.Fragment key={line.label}>
              <span title={line.basis}>{capital(line.label)}</span>
              <span title={line.basis}>
                {month === null ? unknown : t('%1 a month', month)}
              </span>
            </React.Fragment>
          );
        })}
        <span>{t('Since created, %1', durationShort(now - row.created_at))}</span>
        <span>{spent ?? unknown}</span>
        <span>{t('Per 1k calls, today')}</span>
        <span>
          {cost.now_usd_per_1k === null ? unknown : usdFine(t, cost.now_usd_per_1k)}
        </span>
      </div>
    </section>
  );
}

/** The measured peak against what a machine has. */
export function PeakMemory(props: { cost: Cost }): React.ReactElement {
  const { t } = useHost();
  const { peak, now_memory_mb, now_spare_fraction } = props.cost;
  return (
    <section className="smnb-section">
      <h3>{t('Memory at peak')}</h3>
      {peak === null ? (
        <p className="smnb-small smnb-quiet">{t('Not measured yet.')}</p>
      ) : (
        <>
          {now_memory_mb !== null && (
            <div className="smnb-room" aria-hidden="true">
              <span
                style={{
                  width: `${Math.min(100, (100 * peak.memory_mb) / now_memory_mb)}%`
                }}
              />
            </div>
          )}
          <div className="smnb-flex smnb-small smnb-quiet" title={peak.source}>
            <span>
              <span className="smnb-strong">{memory(peak.memory_mb)}</span>{' '}
              {now_memory_mb !== null && t('of %1', memory(now_memory_mb))}
            </span>
            {now_spare_fraction !== null && (
              <span className="smnb-right">
                {t('%1 spare', percent(t, now_spare_fraction))}
              </span>
            )}
          </div>
        </>
      )}
    </section>
  );
}
