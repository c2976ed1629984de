// What had the focus may go with what it did: then the focus stays near, not nowhere.

import { useEffect, useRef, type RefObject } from 'react';

/**
 * When `change` changes and the focus in `ref` goes with it, `selector` in there gets it.
 *
 * A focus that was elsewhere before, or is elsewhere after it, is left alone.
 */
export function useFocusKept(
  ref: RefObject<HTMLElement>,
  selector: string,
  change: unknown
): void {
  const before = useRef(change);
  // While this renders, what is about to go is still there.
  const wasInside = ref.current?.contains(document.activeElement) ?? false;
  useEffect(() => {
    if (Object.is(before.current, change)) {
      return;
    }
    before.current = change;
    // Browsers take the focus from what was hidden only later.
    const now = document.activeElement;
    const lost = now === null || now === document.body || now.closest('[hidden]');
    if (wasInside && lost) {
      ref.current?.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true });
    }
  }, [ref, selector, change, wasInside]);
}
