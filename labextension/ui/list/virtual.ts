// Only what can be seen of a long list is in the page.

import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

/** Up to so many rows are all in the page. */
const ALL_BELOW = 60;
/** Beyond the edges of the window, so that scrolling shows no gap. */
const MARGIN_PX = 600;

/** Where each row starts, and last where all end. */
export function offsetsOf(heights: readonly number[]): number[] {
  const offsets = [0];
  heights.forEach((height, index) => offsets.push((offsets[index] ?? 0) + height));
  return offsets;
}

/** The first row that ends below `y`, if not the end of all. */
function rowAt(offsets: readonly number[], y: number): number {
  const next = offsets.findIndex(offset => offset > y);
  return next < 0 ? offsets.length - 1 : Math.max(0, next - 1);
}

/** The rows, from and below, that lie between `top` and `bottom`. */
export function rowsBetween(
  offsets: readonly number[],
  top: number,
  bottom: number
): [number, number] {
  const last = offsets.length - 1;
  return [
    Math.min(rowAt(offsets, top), last),
    Math.min(rowAt(offsets, bottom) + 1, last)
  ];
}

/** Which rows are in the page, and where they stand; `offsets` null: all, in the flow. */
export interface Shown {
  first: number;
  end: number;
  offsets: number[] | null;
}

/**
 * The rows of a list to render, by what its window shows.
 *
 * Heights are those that `estimate` gives until a row was rendered, which is measured
 * by its `data-key`.
 */
export function useShown(
  scroller: RefObject<HTMLElement>,
  keys: readonly string[],
  estimate: (key: string) => number
): Shown {
  const [view, setView] = useState({ top: 0, height: 800 });
  const [, setMeasured] = useState(0);
  const heights = useRef(new Map<string, number>());
  const whole = keys.length <= ALL_BELOW;

  // Not before paint: an element around the list has its ref only after the list's effects.
  useEffect(() => {
    const element = scroller.current;
    if (!element || whole) {
      return;
    }
    // In steps of half the margin: most scroll events change nothing.
    const step = MARGIN_PX / 2;
    const read = () => {
      const top = Math.floor(element.scrollTop / step) * step;
      const height = element.clientHeight + step;
      setView(old =>
        old.top === top && old.height === height ? old : { top, height }
      );
    };
    read();
    element.addEventListener('scroll', read, { passive: true });
    const observer =
      typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(read);
    observer?.observe(element);
    return () => {
      element.removeEventListener('scroll', read);
      observer?.disconnect();
    };
  }, [scroller, whole]);

  useLayoutEffect(() => {
    if (whole) {
      return;
    }
    let changed = false;
    for (const element of scroller.current?.querySelectorAll<HTMLElement>(
      '[data-key]'
    ) ?? []) {
      const key = element.dataset['key'] ?? '';
      const height = element.offsetHeight;
      if (height > 0 && heights.current.get(key) !== height) {
        heights.current.set(key, height);
        changed = true;
      }
    }
    if (changed) {
      setMeasured(count => count + 1);
    }
  }, [scroller, whole, keys, view]);

  if (whole) {
    return { first: 0, end: keys.length, offsets: null };
  }
  const offsets = offsetsOf(keys.map(key => heights.current.get(key) ?? estimate(key)));
  const [first, end] = rowsBetween(
    offsets,
    view.top - MARGIN_PX,
    view.top + view.height + MARGIN_PX
  );
  return { first, end, offsets };
}
