// Figures of a row, each with its unit, and what is said where there is none.

import * as React from 'react';

import {
  count,
  durationShort,
  duration,
  fullTime,
  latency,
  perMinute,
  timeLeft,
  usdFine,
  usdFineShort,
  usdHourly
} from '../format';
import { useHost } from '../host';
import { Unknown, useNow } from '../parts';
import type { Row } from '../shapes';

/** `$0.0030/1k` of what is paid by the call, else `$0.115/h`. */
export function Price(props: { row: Row }): React.ReactElement {
  const { t } = useHost();
  const { usd_per_1k, usd_per_hour } = props.row;
  if (usd_per_1k !== null) {
    return (
      <span title={t('%1 per 1k calls', usdFine(t, usd_per_1k))}>
        {usdFineShort(t, usd_per_1k)}
        <small>{t('/1k')}</small>
      </span>
    );
  }
  if (usd_per_hour !== null) {
    return (
      <span>
        {usdHourly(t, usd_per_hour)}
        <small>{t('/h')}</small>
      </span>
    );
  }
  return <Unknown label={t('price unknown')} />;
}

/** `27/min`. */
export function Rate(props: { row: Row }): React.ReactElement {
  const { t } = useHost();
  const { rate_per_min } = props.row;
  return rate_per_min === null ? (
    <Unknown label={t('rate not measured')} />
  ) : (
    <>{perMinute(t, rate_per_min)}</>
  );
}

/** `38 ms`, with the p99 as its tooltip. */
export function P50(props: { row: Row }): React.ReactElement {
  const { t } = useHost();
  const { p50_ms, p99_ms } = props.row;
  if (p50_ms === null) {
    return <Unknown label={t('latency not measured')} />;
  }
  const p99 = p99_ms === null ? '' : `, p99 ${latency(p99_ms)}`;
  return <span title={`p50 ${latency(p50_ms)}${p99}`}>{latency(p50_ms)}</span>;
}

/** `0 err`, from 1 bold. */
export function Errors(props: { row: Row }): React.ReactElement {
  const { t } = useHost();
  const { error_count } = props.row;
  if (error_count === null) {
    return <Unknown label={t('errors not measured')} />;
  }
  return (
    <span className={error_count > 0 ? 'smnb-row-erring' : 'smnb-quiet'}>
      {count(error_count)}
      <span className="smnb-narrow-only"> {t('err')}</span>
    </span>
  );
}

/** `TTL 5 h`. */
export function Ttl(props: { endsAt: number }): React.ReactElement {
  const { t } = useHost();
  const now = useNow();
  return (
    <span title={t('Deletes itself at %1', fullTime(props.endsAt))}>
      {t('TTL %1', timeLeft(props.endsAt - now))}
    </span>
  );
}

/** How long ago: `6 min`, its time as the tooltip. */
export function Ago(props: { at: number }): React.ReactElement {
  const now = useNow();
  return <span title={fullTime(props.at)}>{durationShort(now - props.at)}</span>;
}

/** How long it has been going on: `2 min 14 s`. */
export function Elapsed(props: { since: number }): React.ReactElement {
  return <>{duration(useNow() - props.since)}</>;
}
