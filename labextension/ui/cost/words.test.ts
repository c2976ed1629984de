import { expect, test } from 'vitest';

import { fakeHost } from '../fakes';
import { change, monthly, times } from './words';

const { t } = fakeHost({});

test.each([
  [-0.32, '−32 %'],
  [0.46, '+46 %'],
  [0, '0 %'],
  [9.5, '+950 %'],
  [29, '30 times as much'],
  [3_823_137, 'over 1,000 times as much']
])('a change by %s is told as %s', (fraction, words) => {
  expect(change(t, fraction).replaceAll('\u00a0', ' ')).toBe(words);
});

test.each([
  [1.24, '1.2 times'],
  [9.96, '10 times'],
  [29.8, '30 times'],
  [1000.4, 'over 1,000 times']
])('a factor of %s is told as %s', (factor, words) => {
  expect(times(t, factor)).toBe(words);
});

test.each([
  [2.5, 'exact', '$2.50'],
  [3.74, 'max', '≤ $3.74'],
  [0.004, 'exact', '< $0.01'],
  [0.004, 'max', '< $0.01'],
  [0, 'exact', '$0'],
  [2.5, 'unknown', null],
  [null, 'exact', null]
] as const)('%s dollars a month, %s, are %s', (value, bound, words) => {
  expect(monthly(text => text, value, bound)?.replaceAll('\u00a0', ' ') ?? null).toBe(
    words
  );
});
