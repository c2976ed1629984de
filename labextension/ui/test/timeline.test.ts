import { describe, expect, it } from 'vitest';

import type { Frame } from '../shapes';
import { barsOf, frameAt, frameAtTime, moved, nextFailed } from './timeline';

const clip = (length: number, fps: number, failed: number[] = []): Frame[] =>
  Array.from({ length }, (_, index) => ({
    index,
    t_s: index / fps,
    count: index % 5,
    boxes: [],
    ms: null,
    together: 1,
    failed: failed.includes(index),
    text: ''
  }));

const press = (key: string, shiftKey = false) => ({ key, shiftKey });

describe('the bars', () => {
  it('are one a frame while they can be told apart', () => {
    const bars = barsOf(clip(100, 25));
    expect(bars).toHaveLength(100);
    expect(bars[4]).toEqual({ left: 4, width: 1, height: 1, failed: false });
    expect(bars[3]?.height).toBe(0.75);
  });

  it('hold several frames of a long clip, and lose no failed one', () => {
    const bars = barsOf(clip(32_400, 30, [17_001]));
    expect(bars).toHaveLength(120);
    expect(bars.filter(bar => bar.failed)).toHaveLength(1);
    const covered = bars.reduce((sum, bar) => sum + bar.width, 0);
    expect(covered).toBeCloseTo(100);
  });

  it('are flat where nothing was found or counted', () => {
    const [bar] = barsOf(clip(1, 25).map(frame => ({ ...frame, count: null })));
    expect(bar?.height).toBe(0);
  });
});

describe('the keys', () => {
  const frames = clip(250, 30, [10, 200]);

  it('go a frame on and back, and stop at the ends', () => {
    expect(moved(press('ArrowRight'), 72, frames)).toBe(73);
    expect(moved(press('ArrowLeft'), 72, frames)).toBe(71);
    expect(moved(press('ArrowLeft'), 0, frames)).toBe(0);
    expect(moved(press('ArrowRight'), 249, frames)).toBe(249);
    expect(moved(press('End'), 3, frames)).toBe(249);
    expect(moved(press('Home'), 3, frames)).toBe(0);
  });

  it('go a second with Shift, by the times of the frames', () => {
    expect(moved(press('ArrowRight', true), 60, frames)).toBe(90);
    expect(moved(press('ArrowLeft', true), 60, frames)).toBe(30);
    const slow = clip(10, 0.5);
    expect(moved(press('ArrowRight', true), 3, slow)).toBe(4);
  });

  it('find the next failed frame, from the start again', () => {
    expect(moved(press('n'), 72, frames)).toBe(200);
    expect(moved(press('N', true), 200, frames)).toBe(10);
    expect(nextFailed(0, clip(5, 30))).toBeNull();
  });

  it('leave other keys alone', () => {
    expect(moved(press('Tab'), 3, frames)).toBeNull();
  });
});

describe('the frame at', () => {
  const frames = clip(250, 30);

  it('a point of the line', () => {
    expect([0, 0.5, 1].map(point => frameAt(point, frames))).toEqual([0, 125, 249]);
  });

  it('a time of the clip', () => {
    expect(frameAtTime(2.41, frames)).toBe(72);
    expect(frameAtTime(-1, frames)).toBe(0);
    expect(frameAtTime(99, frames)).toBe(249);
  });
});
