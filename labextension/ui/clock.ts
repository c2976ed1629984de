// The server's clock, since this browser's may be wrong.

import { createContext, useContext, useEffect, useState } from 'react';

import { useHost } from './host';
import { storeOf } from './store';

/** Whether this mount can be seen; nothing ticks while it cannot. */
export const VisibleContext = createContext(true);

/** The server's time in ms; ticks once a second while it can be seen. */
export function useNow(): number {
  const store = storeOf(useHost());
  const visible = useContext(VisibleContext);
  const read = () => Date.now() + store.get().clock_ahead_ms;
  const [now, setNow] = useState(read);
  useEffect(() => {
    if (!visible) {
      return;
    }
    const tick = () => setNow(Date.now() + store.get().clock_ahead_ms);
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [store, visible]);
  return now;
}
