import * as React from 'react';
import { cleanup } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';

import { fakeHost, mount } from '../fakes';
import type { BreakEven } from '../shapes';
import { EvenPlot } from './EvenPlot';

afterEach(cleanup);

/** Of a model that answers in 1 ms. */
const QUICK: BreakEven = {
  serverless_usd_per_call: 1.5e-8,
  serverless_usd: null,
  memory_mb: 1024,
  instance_type: 'ml.m5.large',
  instance_usd: 83.95,
  async_hours_per_day: null,
  async_usd: null,
  calls: 83.95 / 1.5e-8,
  times_traffic: null
};

/** The names in the plot: what is written, and the least that it takes, in pixels. */
function namesAt(calls: number) {
  const even = {
    ...QUICK,
    serverless_usd: 1.5e-8 * calls,
    async_hours_per_day: 1.1e-8 * calls,
    async_usd: 3.8e-8 * calls
  };
  const { container } = mount(fakeHost({}), <EvenPlot even={even} calls={calls} />);
  return [...container.querySelectorAll('.smnb-even-halo')].map(name => {
    const x = Number(name.getAttribute('x'));
    const y = Number(name.getAttribute('y'));
    const width = 5.5 * name.textContent.length;
    const left = name.getAttribute('text-anchor') === 'end' ? x - width : x;
    return { text: name.textContent, left, right: left + width, y };
  });
}

test.each([1, 30, 730, 1000, 5000, 1e5, 1e6, 1e7, 1e8, 1e9])(
  'at %s calls a month no name lies on another or leaves the plot',
  calls => {
    const names = namesAt(calls);
    expect(names.map(({ text }) => text.split(/[ :,]/)[0])).toContain('you');
    for (const name of names) {
      expect(name.left).toBeGreaterThan(30);
      expect(name.right).toBeLessThanOrEqual(228);
      expect(name.y).toBeLessThanOrEqual(124);
      const close = names.filter(
        other =>
          other !== name &&
          Math.abs(other.y - name.y) < 11 &&
          other.left < name.right &&
          name.left < other.right
      );
      expect(close).toEqual([]);
    }
  }
);
