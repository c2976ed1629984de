// The server's clock, since this browser's may be wrong.

import { createContext, useContext, useEffect, useState } from 'react';

import { useHost } from './host';
import { storeOf } from './store';

/** Whether this mount can be seen; nothing ticks while it cannot. */
export const VisibleContext = createContext(true);

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** Calls once a second, all who listen at the same moment: that is one render. */
function onTick(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach(each => each()), 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The server's time in ms; ticks once a second while it can be seen. */
export function useNow(): number {
  const store = storeOf(useHost());
  const visible = useContext(VisibleContext);
  const [now, setNow] = useState(() => Date.now() + store.get().clock_ahead_ms);
  useEffect(() => {
    if (!visible) {
      return undefined;
    }
    const tick = (): void => setNow(Date.now() + store.get().clock_ahead_ms);
    tick();
    return onTick(tick);
  }, [store, visible]);
  return now;
}
