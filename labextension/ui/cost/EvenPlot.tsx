import * as React from 'react';

import { countShort, memory, usd } from '../format';
import { useHost, type Host } from '../host';
import type { BreakEven } from '../shapes';
import { upTime } from './AlternativeList';
import { plotOf, type Frame, type Plot } from './geometry';
import { BOLD, placed, type Spot, type Words } from './labels';
import { useWidth } from './useWidth';
import { callsMark, usdMark } from './words';

const HEIGHT = 158;
const FIRST_WIDTH = 236;
/** Room for the marks of dollars: for `$100`, and more if they are longer. */
const LEFT = 32;
const CHARACTER = 6.5;
/** Marks of calls stand so far apart at least. */
const MARK_WIDTH = 30;

/** The break-even as a drawing: lines of cost over calls, both logarithmic. */
export function EvenPlot(props: {
  even: BreakEven;
  calls: number;
}): React.ReactElement {
  const { t } = useHost();
  const { even, calls } = props;
  const [ref, width] = useWidth(FIRST_WIDTH);
  const inner = { left: LEFT, right: width - 8, top: 10, bottom: 124 };
  const levels = plotOf(even, calls, inner, { x: 2, y: 3 }).y.ticks.map(usdMark);
  const longest = Math.max(...levels.map(mark => mark.length));
  const frame = { ...inner, left: Math.max(LEFT, 8 + CHARACTER * longest) };
  const marks = { x: 1 + Math.floor((frame.right - frame.left) / MARK_WIDTH), y: 3 };
  const plot = plotOf(even, calls, frame, marks);
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
        <Lines plot={plot} frame={frame} even={even} />
      </svg>
    </div>
  );
}

function Marks(props: { plot: Plot; frame: Frame }): React.ReactElement {
  const { t } = useHost();
  const { plot, frame } = props;
  const { left, right, bottom } = frame;
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
      {plot.x.ticks.map(value => (
        <React.Fragment key={value}>
          <path className="smnb-even-tick" d={`M${plot.x.at(value)} ${bottom}v3`} />
          <text
            // What stands at the very end may go into the margin, but not beyond it.
            x={Math.min(
              plot.x.at(value),
              right + 8 - callsMark(value).length * (CHARACTER / 2)
            )}
            y={bottom + 14}
            textAnchor="middle"
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
}): React.ReactElement {
  const { plot, frame, even } = props;
  const { left, right, top, bottom } = frame;
  const { y, line, you, same } = plot;
  return (
    <>
      {same && (
        <rect
          className="smnb-even-instance-side"
          x={same.x}
          y={top}
          width={right - same.x}
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
      {you && (
        <>
          <path className="smnb-even-drop" d={`M${you.x} ${you.y}V${bottom}`} />
          <circle className="smnb-even-you" cx={you.x} cy={you.y} r={4.5} />
        </>
      )}
      {same && <circle className="smnb-even-break" cx={same.x} cy={same.y} r={4} />}
      <Names plot={plot} frame={frame} even={even} />
    </>
  );
}

/** The lines' names and the price of this traffic, each where there is room for it. */
function Names(props: {
  plot: Plot;
  frame: Frame;
  even: BreakEven;
}): React.ReactElement {
  const { t } = useHost();
  return (
    <>
      {placed(namesOf(t, props), props.plot, props.frame).map(({ text, ...place }) => (
        <text key={place.className} {...place}>
          {text}
        </text>
      ))}
    </>
  );
}

function namesOf(
  t: Host['t'],
  chart: { plot: Plot; frame: Frame; even: BreakEven }
): Words[] {
  const { plot, frame, even } = chart;
  const { instance_usd, async_usd, async_hours_per_day, serverless_usd } = even;
  const names: Words[] = [];
  // The first has the choice of places: what the user looks for.
  if (plot.you && serverless_usd !== null) {
    const { x, y } = plot.you;
    names.push({
      className: `smnb-even-name smnb-even-halo ${BOLD}`,
      texts: [t('you: %1', usd(t, serverless_usd)), t('you')],
      spots: [
        { x: x + 8, y: y + 12, textAnchor: 'start' },
        { x: x - 8, y: y - 6, textAnchor: 'end' },
        { x: x + 8, y: y + 26, textAnchor: 'start' },
        { x: x - 8, y: y - 20, textAnchor: 'end' },
        { x: x + 16, y: Math.min(y + 4, frame.bottom - 3), textAnchor: 'start' }
      ]
    });
  }
  if (instance_usd !== null) {
    names.push({
      className: 'smnb-even-name smnb-even-halo',
      texts: [`${even.instance_type} ${usd(t, instance_usd)}`, even.instance_type],
      spots: alongLine(plot.y.at(instance_usd), frame)
    });
  }
  if (async_usd !== null) {
    const short = t('async %1', usd(t, async_usd));
    const whole =
      async_hours_per_day === null
        ? short
        : t('async, %1/day %2', upTime(t, async_hours_per_day), usd(t, async_usd));
    names.push({
      className: 'smnb-even-halo',
      texts: [whole, short, t('async')],
      spots: alongLine(plot.y.at(async_usd), frame)
    });
  }
  return names;
}

/** On a level line or below it, at its left or its right end. */
function alongLine(y: number, frame: Frame): Spot[] {
  return [
    { x: frame.left + 4, y: y - 5, textAnchor: 'start' },
    { x: frame.right - 2, y: y + 13, textAnchor: 'end' },
    { x: frame.left + 4, y: y + 13, textAnchor: 'start' },
    { x: frame.right - 2, y: y - 5, textAnchor: 'end' }
  ];
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
