// A video's frames over time: the bars, and where a key moves to.

import type { Frame } from '../shapes';

/** One bar: as many frames as share a pixel column. */
export interface Bar {
  /** Left edge and width, in percent of the line. */
  left: number;
  width: number;
  /** Share of the highest bar, 0 to 1. */
  height: number;
  failed: boolean;
}

/** More bars than this cannot be told apart in a side bar. */
const MOST_BARS = 120;

/** The bars of all frames; several frames in one show the highest of them. */
export function barsOf(frames: Frame[]): Bar[] {
  const bars = Math.min(frames.length, MOST_BARS);
  const highest = Math.max(1, ...frames.map(frame => frame.count ?? 0));
  return Array.from({ length: bars }, (_, i) => {
    const from = Math.floor((i * frames.length) / bars);
    const to = Math.floor(((i + 1) * frames.length) / bars);
    const within = frames.slice(from, to);
    return {
      left: (100 * from) / frames.length,
      width: (100 * (to - from)) / frames.length,
      height: Math.max(...within.map(frame => frame.count ?? 0)) / highest,
      failed: within.some(frame => frame.failed)
    };
  });
}

/** The middle of a frame, in percent of the line. */
export function middleOf(position: number, frames: Frame[]): number {
  return (100 * (position + 0.5)) / frames.length;
}

/** The frame below a point of the line, which goes from 0 to 1. */
export function frameAt(point: number, frames: Frame[]): number {
  return clamp(Math.floor(point * frames.length), frames);
}

/** The frame at a time of the clip, in seconds: the last that has begun. */
export function frameAtTime(t_s: number, frames: Frame[]): number {
  const later = frames.findIndex(frame => frame.t_s > t_s);
  return clamp((later < 0 ? frames.length : later) - 1, frames);
}

/** A key with what is held. */
export interface Pressed {
  key: string;
  shiftKey: boolean;
}

/** Where a key moves to from a position; null if it does not move. */
export function moved(
  pressed: Pressed,
  position: number,
  frames: Frame[]
): number | null {
  const direction = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[
    pressed.key
  ];
  if (direction !== undefined) {
    return pressed.shiftKey
      ? aSecond(direction, position, frames)
      : clamp(position + direction, frames);
  }
  switch (pressed.key) {
    case 'Home':
      return 0;
    case 'End':
      return frames.length - 1;
    case 'n':
    case 'N':
      return nextFailed(position, frames);
    default:
      return null;
  }
}

/** The next failed frame, from the start again after the last; null if there is none. */
export function nextFailed(position: number, frames: Frame[]): number | null {
  for (let i = 1; i <= frames.length; i += 1) {
    const at = (position + i) % frames.length;
    if (frames[at]?.failed) {
      return at;
    }
  }
  return null;
}

/** A second on or back, but a frame at least. */
function aSecond(direction: number, position: number, frames: Frame[]): number {
  // The shift keeps a frame that begins in that very moment, whatever floats make of it.
  const t_s = (frames[position]?.t_s ?? 0) + direction + 1e-6;
  const at = frameAtTime(t_s, frames);
  return at === position ? clamp(position + direction, frames) : at;
}

function clamp(position: number, frames: Frame[]): number {
  return Math.min(frames.length - 1, Math.max(0, position));
}
