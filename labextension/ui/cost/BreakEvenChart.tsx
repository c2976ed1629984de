import * as React from 'react';

import { count, countShort, memory, plain, usd } from '../format';
import { useHost, type Host } from '../host';
import { Link } from '../parts';
import type { BreakEven } from '../shapes';
import { upTime } from './AlternativeList';
import { plotOf, type Frame, type Plot } from './geometry';
import { useWidth } from './useWidth';
import { callsMark, usdMark } from './words';

const HEIGHT = 158;
const FIRST_WIDTH = 236;
/** A mark needs so much of the width. */
const MARK_WIDTH = 25;
/** Lines closer than this leave no room for a name between them. */
const LINE_GAP = 16;

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
          <Chart even={even} calls={calls} />
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

function Chart(props: { even: BreakEven; calls: number }): React.ReactElement {
  const { t } = useHost();
  const { even, calls } = props;
  const [ref, width] = useWidth(FIRST_WIDTH);
  const frame = { left: 32, right: width - 8, top: 10, bottom: 124 };
  const plot = plotOf(even, calls, frame, {
    x: Math.floor((frame.right - frame.left) / MARK_WIDTH),
    y: 3
  });
  return (
    <div ref={ref}>
      <svg
        className="smnb-even"
        width={width}
        height={HEIGHT}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        role="img"
        aria-label={finding(t, even, calls)}
      >
        <Marks plot={plot} frame={frame} />
        <Lines plot={plot} frame={frame} even={even} calls={calls} />
      </svg>
    </div>
  );
}

function Marks(props: { plot: Plot; frame: Frame }): React.ReactElement {
  const { t } = useHost();
  const { plot, frame } = props;
  const { left, right, bottom } = frame;
  const last = plot.x.ticks.length - 1;
  return (
    <>
      {plot.y.ticks.map(value => (
        <React.Fragment key={value}>
          <path
            className="smnb-even-grid"
            d={`M${left} ${plot.y.at(value)}H${right}`}
          />
          <text
            x={left - 5}
            y={Math.min(plot.y.at(value) + 3.5, bottom)}
            textAnchor="end"
          >
            {usdMark(value)}
          </text>
        </React.Fragment>
      ))}
      {plot.x.ticks.map((value, i) => (
        <React.Fragment key={value}>
          <path className="smnb-even-tick" d={`M${plot.x.at(value)} ${bottom}v3`} />
          <text
            x={plot.x.at(value)}
            y={bottom + 14}
            textAnchor={i === last && plot.x.at(value) > right - 8 ? 'end' : 'middle'}
          >
            {callsMark(value)}
          </text>
        </React.Fragment>
      ))}
      <text x={left} y={bottom + 29}>
        {t('◂ serverless')}
      </text>
      <text x={right} y={bottom + 29} textAnchor="end">
        {t('instance ▸')}
      </text>
    </>
  );
}

function Lines(props: {
  plot: Plot;
  frame: Frame;
  even: BreakEven;
  calls: number;
}): React.ReactElement {
  const { t } = useHost();
  const { plot, frame, even, calls } = props;
  const { left, right, top, bottom } = frame;
  const { x, y, line } = plot;
  const breaks = even.calls !== null && even.instance_usd !== null;
  const you = even.serverless_usd !== null && even.serverless_usd > 0 && calls > 0;
  return (
    <>
      {breaks && even.calls !== null && (
        <rect
          className="smnb-even-instance-side"
          x={x.at(even.calls)}
          y={top}
          width={Math.max(0, right - x.at(even.calls))}
          height={bottom - top}
        />
      )}
      {even.instance_usd !== null && (
        <path
          className="smnb-even-instance"
          d={`M${left} ${y.at(even.instance_usd)}H${right}`}
        />
      )}
      {even.async_usd !== null && (
        <path
          className="smnb-even-async"
          d={`M${left} ${y.at(even.async_usd)}H${right}`}
        />
      )}
      {line && (
        <path
          className="smnb-even-serverless"
          d={`M${line.x1} ${line.y1}L${line.x2} ${line.y2}`}
        />
      )}
      {you && even.serverless_usd !== null && (
        <>
          <path
            className="smnb-even-drop"
            d={`M${x.at(calls)} ${y.at(even.serverless_usd)}V${bottom}`}
          />
          <circle
            className="smnb-even-you"
            cx={x.at(calls)}
            cy={y.at(even.serverless_usd)}
            r={4.5}
          />
        </>
      )}
      {breaks && even.calls !== null && even.instance_usd !== null && (
        <circle
          className="smnb-even-break"
          cx={x.at(even.calls)}
          cy={y.at(even.instance_usd)}
          r={4}
        />
      )}
      <Names {...props} />
      {you && even.serverless_usd !== null && (
        <You
          x={x.at(calls)}
          y={y.at(even.serverless_usd)}
          frame={frame}
          text={t('you: %1', usd(t, even.serverless_usd))}
        />
      )}
    </>
  );
}

/** The lines' names, each on its line; where two would lie on another, one is below. */
function Names(props: {
  plot: Plot;
  frame: Frame;
  even: BreakEven;
}): React.ReactElement {
  const { t } = useHost();
  const { plot, frame, even } = props;
  const { instance_usd, async_usd, async_hours_per_day } = even;
  const instance = instance_usd === null ? null : plot.y.at(instance_usd);
  const async = async_usd === null ? null : plot.y.at(async_usd);
  const gap = instance === null || async === null ? Infinity : async - instance;
  return (
    <>
      {instance !== null && (
        <text
          className="smnb-even-name"
          x={frame.left + 4}
          y={gap < 0 && gap > -LINE_GAP ? instance + 13 : instance - 5}
        >
          {even.instance_type} {usd(t, instance_usd ?? 0)}
        </text>
      )}
      {async !== null && (
        <text
          className="smnb-even-halo"
          x={frame.left + 4}
          y={gap >= 0 && gap < LINE_GAP ? async + 12 : async - 4}
        >
          {async_hours_per_day === null
            ? t('async %1', usd(t, async_usd ?? 0))
            : t(
                'async, %1/day %2',
                upTime(async_hours_per_day),
                usd(t, async_usd ?? 0)
              )}
        </text>
      )}
    </>
  );
}

/** What it costs at this traffic, beside its dot: on the side that has room. */
function You(props: {
  x: number;
  y: number;
  frame: Frame;
  text: string;
}): React.ReactElement {
  const { x, y, frame, text } = props;
  const right = x < (frame.left + frame.right) / 2 + 20;
  return (
    <text
      className="smnb-even-name smnb-even-halo smnb-even-figure"
      x={right ? x + 8 : x - 8}
      y={Math.min(y + 12, frame.bottom - 4)}
      textAnchor={right ? 'start' : 'end'}
    >
      {text}
    </text>
  );
}

/** The break-even as a sentence, and whether an instance can carry that. */
function Finding(props: { even: BreakEven }): React.ReactElement {
  const { t } = useHost();
  const { calls, times_traffic, instance_type, capacity_calls, ...even } = props.even;
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
  const times =
    times_traffic === null ? null : plain(times_traffic, times_traffic < 10 ? 1 : 0);
  return (
    <>
      <b>{t('%1 calls a month', countShort(calls))}</b>
      {times === null ? '.' : t(', %1 × this traffic.', times)}{' '}
      <span className="smnb-quiet">
        {capacity_calls === null
          ? t('If one %1 can carry that: not measured.', instance_type)
          : t(
              'One %1 carries %2 calls a month.',
              instance_type,
              countShort(capacity_calls)
            )}
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
              : t('async, up %1 a day', upTime(even.async_hours_per_day)),
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

/** The chart in a sentence, for who cannot see it. */
export function finding(t: Host['t'], even: BreakEven, calls: number): string {
  const here =
    even.serverless_usd === null
      ? t('you are at %1 calls', countShort(calls))
      : t('you are at %1 calls, %2', countShort(calls), usd(t, even.serverless_usd));
  const crossing =
    even.calls === null
      ? t(
          'Serverless %1 and %2 never cost the same',
          memory(even.memory_mb),
          even.instance_type
        )
      : t(
          'Serverless %1 and %2 cost the same at %3 calls',
          memory(even.memory_mb),
          even.instance_type,
          countShort(even.calls)
        );
  return t('Cost a month over calls a month. %1; %2.', crossing, here);
}
