import * as React from 'react';

import { CallsField } from '../cost/TrafficSlider';
import { capital } from '../cost/words';
import { usd, usdFine, usdPerHour } from '../format';
import { useHost } from '../host';
import { Unknown, useId } from '../parts';
import type { DeployForm } from '../shapes';

/** What it would cost: while nobody calls, for 1,000 calls, and a month in its lines. */
export function QuoteBox(props: {
  form: DeployForm;
  onCalls: (calls: number) => void;
}): React.ReactElement {
  const { t } = useHost();
  const { form, onCalls } = props;
  const { usd_per_hour, usd_per_1k, usd_per_month, lines, cost } = form;
  const id = useId('calls');
  const unknown = <Unknown label={t('price unknown')} />;
  const monthly = (value: number) => t('%1/month', usd(t, value));
  return (
    <div className="smnb-quote">
      <div>
        <span>{t('Idle')}</span>
        <span>{usd_per_hour === null ? unknown : usdPerHour(t, usd_per_hour)}</span>
      </div>
      <div>
        <span>{t('Per 1k calls')}</span>
        <span>{usd_per_1k === null ? unknown : usdFine(t, usd_per_1k)}</span>
      </div>
      {lines.map(line => (
        <div key={line.label} title={line.basis}>
          <span className="smnb-ellipsis">{capital(line.label)}</span>
          <span>{line.usd === null ? unknown : monthly(line.usd)}</span>
        </div>
      ))}
      <div className="smnb-quote-total">
        <label htmlFor={id}>{t('Calls a month')}</label>
        <CallsField id={id} calls={cost.calls_per_month} onChange={onCalls} />
      </div>
      <div className="smnb-quote-sum">
        <span>{t('In all')}</span>
        <span>{usd_per_month === null ? unknown : monthly(usd_per_month)}</span>
      </div>
    </div>
  );
}
