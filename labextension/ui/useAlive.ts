import { useEffect, useRef, type RefObject } from 'react';

/** Whether the component is still there, for what ends later than it. */
export function useAlive(): Readonly<RefObject<boolean>> {
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
    };
  }, []);
  return alive;
}
