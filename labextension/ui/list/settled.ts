import { useEffect, useMemo, useState } from 'react';

/** So long after pointer and focus have left. */
const QUIET_MS = 2000;

/** Handlers of an element, and whether neither pointer nor focus is in it for a while. */
export function useSettled(): {
  settled: boolean;
  handlers: {
    onPointerEnter: () => void;
    onPointerLeave: () => void;
    onFocus: () => void;
    onBlur: () => void;
  };
} {
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const [settled, setSettled] = useState(true);
  const inside = pointed || focused;
  useEffect(() => {
    if (inside) {
      setSettled(false);
      return undefined;
    }
    const timer = setTimeout(() => setSettled(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [inside]);
  const handlers = useMemo(
    () => ({
      onPointerEnter: () => setPointed(true),
      onPointerLeave: () => setPointed(false),
      onFocus: () => setFocused(true),
      onBlur: () => setFocused(false)
    }),
    []
  );
  // The render that learns of the pointer is one too early for the effect.
  return { settled: settled && !inside, handlers };
}
