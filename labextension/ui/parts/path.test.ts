import { expect, it } from 'vitest';

import { linePath } from './path';

const x = (index: number): number => index * 10;
const y = (value: number): number => 20 - value;

it('draws a line through samples', () => {
  expect(linePath([1, 2, 3.456], x, y)).toBe('M0 19L10 18L20 16.5');
});

it('leaves a gap where a sample is missing', () => {
  expect(linePath([1, null, 3, 4], x, y)).toBe('M-1.5 19h3M20 17L30 16');
});

it('closes areas down to the floor, each run its own', () => {
  expect(linePath([1, 2, null, 3, 4], x, y, 20)).toBe(
    'M0 19L10 18L10 20L0 20zM30 17L40 16L40 20L30 20z'
  );
});

it('draws nothing of nothing', () => {
  expect(linePath([null, null], x, y)).toBe('');
  expect(linePath([], x, y, 20)).toBe('');
});
