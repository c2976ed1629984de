import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

/** Keeps where a list was scrolled to while it is hidden, and gives the row its focus back. */
export function useKeptPlace(scroller: RefObject<HTMLElement>, hidden: boolean): void {
  const top = useRef(0);
  const left = useRef(false);
  useEffect(() => {
    const element = scroller.current;
    if (!element || hidden) {
      return;
    }
    const keep = () => {
      top.current = element.scrollTop;
    };
    element.addEventListener('scroll', keep, { passive: true });
    return () => element.removeEventListener('scroll', keep);
  }, [scroller, hidden]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (hidden) {
      left.current = true;
    } else if (left.current && element) {
      left.current = false;
      element.scrollTop = top.current;
      element
        .querySelector<HTMLElement>('.smnb-row-name[tabindex="0"]')
        ?.focus({ preventScroll: true });
    }
  }, [scroller, hidden]);
}
