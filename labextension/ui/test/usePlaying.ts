// A video that plays: its position goes on with the time.

import { useEffect, useRef, useState } from 'react';

import type { Frame } from '../shapes';
import { frameAtTime } from './timeline';

const TICK_MS = 40;

/** Whether it plays, and how to start and stop it; it stops at its end. */
export function usePlaying(
  frames: Frame[],
  position: number,
  onPosition: (position: number) => void
): [boolean, (playing: boolean) => void] {
  const [playing, setPlaying] = useState(false);
  const latest = useRef({ frames, position, onPosition });
  latest.current = { frames, position, onPosition };
  useEffect(() => {
    if (!playing) {
      return;
    }
    const { frames: all, position: from } = latest.current;
    const last = all.length - 1;
    // At its end it starts over.
    const first = from === last ? 0 : from;
    const began_s = (all[first]?.t_s ?? 0) - performance.now() / 1000;
    const timer = setInterval(() => {
      const at = frameAtTime(began_s + performance.now() / 1000, all);
      latest.current.onPosition(at);
      if (at === last) {
        setPlaying(false);
      }
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [playing]);
  return [playing, setPlaying];
}
