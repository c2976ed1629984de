import { describe, expect, it } from 'vitest';

import type { BreakEven, Peak, Size } from '../shapes';
import { logAxis, peakLine, plotOf, rung } from './geometry';

const size = (memory_mb: number, fits = true): Size => ({
  memory_mb,
  fits,
  spare_fraction: null,
  p50_ms: null,
  measured_at: null,
  usd_per_1k: null,
  usd_per_month: null,
  bound: 'unknown'
});
const ONE = size(1024, false);
const TWO = size(2048);
const SIX = size(6144);
const SIZES = [ONE, TWO, size(3072), size(4096), size(5120), SIX];
const PEAK: Peak = { memory_mb: 1413, source: 'Measured here.', at: null };

describe('the ladder', () => {
  it('draws each size on one scale, with the peak as its dark part', () => {
    expect(rung(SIX, SIZES, PEAK)).toEqual({ bar: 100, used: (100 * 1413) / 6144 });
    expect(rung(TWO, SIZES, PEAK).bar).toBeCloseTo(33.33, 1);
    expect(rung(TWO, SIZES, PEAK).used).toBeCloseTo(69, 0);
  });

  it('has one line for all rows, right of a bar that is too small', () => {
    const line = peakLine(SIZES, PEAK);
    expect(line).toBeCloseTo(23, 1);
    expect(rung(ONE, SIZES, PEAK)).toEqual({ bar: 100 / 6, used: 0 });
    expect(rung(ONE, SIZES, PEAK).bar).toBeLessThan(line ?? 0);
  });

  it('has neither line nor dark part where no peak was measured', () => {
    expect(peakLine(SIZES, null)).toBeNull();
    expect(rung(SIX, SIZES, null).used).toBe(0);
  });

  it('has no line where the peak is beyond the largest size', () => {
    expect(peakLine(SIZES, { ...PEAK, memory_mb: 7000 })).toBeNull();
  });
});

describe('a logarithmic axis', () => {
  it('covers the values in whole decades', () => {
    const axis = logAxis([20, 5000], 0, 300, 6);
    expect([axis.first, axis.last]).toEqual([10, 10_000]);
    expect(axis.ticks).toEqual([10, 100, 1000, 10_000]);
    expect(axis.at(10)).toBe(0);
    expect(axis.at(1000)).toBeCloseTo(200);
  });

  it('keeps a power of ten in its own decade', () => {
    const axis = logAxis([1e4, 1e9], 0, 100, 6);
    expect([axis.first, axis.last]).toEqual([1e4, 1e9]);
  });

  it('leaves marks out rather than crowding them', () => {
    expect(logAxis([0.01, 1000], 100, 0, 3).ticks).toEqual([0.01, 1, 100]);
  });

  it('is a decade at least', () => {
    expect(logAxis([1], 0, 10, 3).last).toBe(10);
  });
});

const EVEN: BreakEven = {
  serverless_usd_per_call: 2.083e-6,
  serverless_usd: 2.5,
  memory_mb: 2048,
  instance_type: 'ml.c5.large',
  instance_usd: 74.46,
  async_hours_per_day: 3,
  async_usd: 9.31,
  calls: 35_800_000,
  times_traffic: 30
};
const FRAME = { left: 32, right: 228, top: 10, bottom: 124 };
const MARKS = { x: 6, y: 3 };

describe('the break-even', () => {
  it('lets the line of serverless run through the traffic and the break-even', () => {
    const { x, y, line } = plotOf(EVEN, 1_200_000, FRAME, MARKS);
    expect(line).not.toBeNull();
    const { x1, y1, x2, y2 } = line ?? { x1: 0, y1: 0, x2: 0, y2: 0 };
    const lineAt = (at: number): number => y1 + ((at - x1) / (x2 - x1)) * (y2 - y1);
    expect(lineAt(x.at(1_200_000))).toBeCloseTo(y.at(2.5), 1);
    expect(lineAt(x.at(35_800_000))).toBeCloseTo(y.at(74.46), 0);
  });

  it('stays inside its frame at any traffic', () => {
    for (const calls of [0, 900, 1e6, 1e8, 3e9]) {
      const { line } = plotOf(EVEN, calls, FRAME, MARKS);
      expect(line?.x1).toBe(FRAME.left);
      expect(line?.x2).toBeLessThanOrEqual(FRAME.right);
      expect(line?.y1).toBeLessThanOrEqual(FRAME.bottom);
      expect(line?.y2).toBeGreaterThanOrEqual(FRAME.top - 1e-9);
    }
  });

  it('keeps the axis of calls under the slider', () => {
    const ends = [1e5, 1e6, 1e7, 1e8].map(calls => {
      const { x } = plotOf(EVEN, calls, FRAME, MARKS);
      return [x.first, x.last];
    });
    expect(new Set(ends.map(String)).size).toBe(1);
  });

  it('has no line without a price of serverless', () => {
    const unknown = { ...EVEN, serverless_usd_per_call: null, serverless_usd: null };
    expect(plotOf(unknown, 1e6, FRAME, MARKS).line).toBeNull();
  });
});
