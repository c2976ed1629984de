import { describe, expect, it } from 'vitest';

import type { Box } from '../shapes';
import { place } from './boxes';

const box = (x: number, y: number, width: number, height: number): Box => ({
  x,
  y,
  width,
  height,
  label: 'car',
  score: 0.97
});
const PICTURE = { width: 2000, height: 1000 };

describe('boxes on a picture', () => {
  it('scale with the picture', () => {
    expect(place([box(200, 500, 600, 250)], PICTURE)).toEqual([
      { left: 10, top: 50, width: 30, height: 25, label: 'above', edge: 'left' }
    ]);
  });

  it('are cut off at its edges', () => {
    const [placed] = place([box(-100, 900, 3000, 400)], PICTURE);
    expect(placed).toMatchObject({ left: 0, top: 90, width: 100, height: 10 });
  });

  it('keep their label on the picture', () => {
    const [top, right] = place([box(0, 20, 50, 50), box(1800, 500, 200, 100)], PICTURE);
    expect(top?.label).toBe('inside');
    expect(right).toMatchObject({ label: 'above', edge: 'right' });
  });

  it('do not divide by a picture without a size', () => {
    expect(place([box(1, 1, 1, 1)], { width: 0, height: 0 })[0]).toMatchObject({
      left: 0,
      width: 0
    });
  });
});
