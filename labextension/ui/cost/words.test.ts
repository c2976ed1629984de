import { expect, test } from 'vitest';

import { change } from './words';

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
