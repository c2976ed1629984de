import { expect, test } from 'vitest';

import { change, monthly } from './words';

test.each([
  [-0.32, '−32 %'],
  [0.46, '+46 %'],
  [0, '0 %'],
  [9.5, '+950 %'],
  [29, '× 30'],
  [141_680, '× 141,681']
])('a change by %s is told as %s', (fraction, words) => {
  expect(change(text => text, fraction).replaceAll('\u00a0', ' ')).toBe(words);
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
