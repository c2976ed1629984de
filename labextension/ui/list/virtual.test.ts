import { describe, expect, it } from 'vitest';

import { offsetsOf, rowsBetween } from './virtual';

describe('rows that lie in a window', () => {
  const heights = [70, 118, 70, 200, 70];
  const offsets = offsetsOf(heights);

  it('start where the ones above end', () => {
    expect(offsets).toEqual([0, 70, 188, 258, 458, 528]);
  });

  it.each([
    [-600, 10, [0, 1]],
    [0, 69, [0, 1]],
    [70, 71, [1, 2]],
    [69, 260, [0, 4]],
    [300, 301, [3, 4]],
    [500, 5000, [4, 5]],
    [9000, 9100, [5, 5]]
  ])('from %d to %d', (top, bottom, range) => {
    expect(rowsBetween(offsets, top, bottom)).toEqual(range);
  });

  it('are all that a window touches, wherever it is', () => {
    for (let top = 0; top < 528; top += 7) {
      const bottom = top + 130;
      const [first, end] = rowsBetween(offsets, top, bottom);
      heights.forEach((height, index) => {
        const from = offsets[index] ?? 0;
        const touches = from < bottom && from + height > top;
        expect(touches && (index < first || index >= end)).toBe(false);
      });
      expect(end - first).toBeLessThanOrEqual(4);
    }
  });

  it('are none of an empty list', () => {
    expect(rowsBetween(offsetsOf([]), 0, 800)).toEqual([0, 0]);
  });
});
