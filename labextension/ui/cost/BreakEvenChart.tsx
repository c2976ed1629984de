import * as React from 'react';

import { count, countShort, memory, percent, usd } from '../format';
import { useHost } from '../host';
import { Link } from '../parts';
import type { BreakEven } from '../shapes';
import { upTime } from './AlternativeList';
import { EvenPlot } from './EvenPlot';
import { times } from './words';

/** Where an instance costs as much as serverless: cost a month over calls a month. */
export function BreakEvenChart(props: {
  even: BreakEven;
  calls: number;
}): React.ReactElement {
  const { t } = useHost();
  const { even, calls } = props;
  const [table, setTable] = React.useState(false);
  // Without the price of a call there is only the instance's line: nothing to compare.
  const compares = even.serverless_usd_per_call !== null && even.instance_usd !== null;
  return (
    <>
      <h3>{t('Where an instance pays off')}</h3>
      {compares &&
        (table ? (
          <EvenTable even={even} calls={calls} />
        ) : (
          <EvenPlot even={even} calls={calls} />
        ))}
      <p className="smnb-small smnb-even-finding">
        <Finding even={even} />{' '}
        {compares && (
          <Link onClick={() => setTable(!table)}>
            {table ? t('Show as chart') : t('Show as table')}
          </Link>
        )}
      </p>
    </>
  );
}

/** The break-even as a sentence. */
function Finding(props: { even: BreakEven }): React.ReactElement {
  const { t } = useHost();
  const { calls, times_traffic, instance_type, ...even } = props.even;
  if (calls === null) {
    const unknown = even.instance_usd === null || even.serverless_usd_per_call === null;
    return (
      <span className="smnb-quiet">
        {unknown
          ? t('Not known: a price or a measured time is missing.')
          : t('Never: serverless costs less at any traffic.')}
      </span>
    );
  }
  return (
    <>
      <b>{t('%1 calls a month', countShort(calls))}</b>
      {times_traffic === null
        ? '.'
        : times_traffic < 2
          ? t(', %1 of this traffic.', percent(t, times_traffic))
          : t(', %1 this traffic.', times(t, times_traffic))}{' '}
      <span className="smnb-quiet">
        {t('If one %1 can carry that: not measured.', instance_type)}
      </span>
    </>
  );
}

function EvenTable(props: { even: BreakEven; calls: number }): React.ReactElement {
  const { t } = useHost();
  const { even, calls } = props;
  const dollars = (value: number | null) =>
    value === null ? t('unknown') : usd(t, value);
  const rows: [string, string][] = [
    [t('Calls a month'), count(calls)],
    [t('Serverless %1', memory(even.memory_mb)), dollars(even.serverless_usd)],
    [even.instance_type, dollars(even.instance_usd)],
    ...(even.async_usd === null
      ? []
      : [
          [
            even.async_hours_per_day === null
              ? t('async')
              : t('async, up %1 a day', upTime(t, even.async_hours_per_day)),
            usd(t, even.async_usd)
          ] as [string, string]
        ]),
    [t('Same cost at'), even.calls === null ? t('never') : count(even.calls)]
  ];
  return (
    <table className="smnb-table">
      <caption className="smnb-hidden">{t('Cost a month')}</caption>
      <tbody>
        {rows.map(([label, value]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
