// Where the cost charts put given figures: percent of a bar, pixels of an axis.

import type { BreakEven, Peak, Size } from '../shapes';

/** A ladder row's bar, in percent: of the scale, and `used` of the bar itself. */
export interface Rung {
  bar: number;
  used: number;
}

/** All rungs stand on one scale, from nothing to the largest size. */
export function rung(size: Size, sizes: Size[], peak: Peak | null): Rung {
  return {
    bar: (100 * size.memory_mb) / largest(sizes),
    used: peak && size.fits ? Math.min(100, (100 * peak.memory_mb) / size.memory_mb) : 0
  };
}

/** Where the peak's line stands, in percent of the scale; null beyond its end. */
export function peakLine(sizes: Size[], peak: Peak | null): number | null {
  const at = peak ? (100 * peak.memory_mb) / largest(sizes) : null;
  return at !== null && at <= 100 ? at : null;
}

function largest(sizes: Size[]): number {
  return Math.max(...sizes.map(size => size.memory_mb));
}

/** An axis in powers of ten: its ends, what it is marked at, and where a value lies. */
export interface Axis {
  first: number;
  last: number;
  ticks: number[];
  at: (value: number) => number;
}

/**
 * A logarithmic axis over all `values` in whole decades, at pixels `from` to `to`.
 *
 * With more than `most` marks only each second decade is marked.
 */
export function logAxis(
  values: number[],
  from: number,
  to: number,
  most: number
): Axis {
  // The tiny shift keeps a value that is a power of ten in its own decade.
  const first = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  const every = Math.ceil((last - first + 1) / most);
  const ticks: number[] = [];
  for (let decade = first; decade <= last; decade += every) {
    ticks.push(10 ** decade);
  }
  const at = (value: number): number =>
    from + ((Math.log10(value) - first) / (last - first)) * (to - from);
  return { first: 10 ** first, last: 10 ** last, ticks, at };
}

/** A rectangle of a chart, pixels. */
export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Point {
  x: number;
  y: number;
}

/** The chart: both axes, the ends of the line of serverless, and the two dots. */
export interface Plot {
  x: Axis;
  y: Axis;
  line: { x1: number; y1: number; x2: number; y2: number } | null;
  /** This traffic on serverless. */
  you: Point | null;
  /** Where an instance costs the same. */
  same: Point | null;
}

/** The calls that are always shown, so that the axis stands still under the slider. */
const USUAL_CALLS = [1e4, 1e9];

/** Lays out a break-even for so many `calls` a month, with so many marks at most. */
export function plotOf(
  even: BreakEven,
  calls: number,
  frame: Frame,
  marks: { x: number; y: number }
): Plot {
  const shown = [calls, even.calls].filter(isPositive);
  const x = logAxis([...USUAL_CALLS, ...shown], frame.left, frame.right, marks.x);
  const slope = even.serverless_usd_per_call;
  const flat = [even.instance_usd, even.async_usd].filter(isPositive);
  const rising = isPositive(slope) ? [x.first * slope, calls * slope] : [];
  const costs = [...rising.filter(isPositive), ...flat];
  const room = costs.length ? Math.max(...costs) * Math.sqrt(10) : 1;
  const y = logAxis([...costs, room], frame.bottom, frame.top, marks.y);
  const point = (at: number | null, usd: number | null): Point | null =>
    isPositive(at) && isPositive(usd) ? { x: x.at(at), y: y.at(usd) } : null;
  const you = point(calls, even.serverless_usd);
  const same = point(even.calls, even.instance_usd);
  if (!isPositive(slope)) {
    return { x, y, line: null, you, same };
  }
  const end = Math.min(x.last, y.last / slope);
  const line = {
    x1: x.at(x.first),
    y1: y.at(x.first * slope),
    x2: x.at(end),
    y2: y.at(end * slope)
  };
  return { x, y, line, you, same };
}

function isPositive(value: number | null): value is number {
  return value !== null && value > 0;
}
