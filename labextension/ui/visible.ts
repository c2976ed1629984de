import { useEffect, useState, type RefObject } from 'react';

/** Whether an element can be seen: it is on screen, and its page is not in the background. */
export function useVisible(ref: RefObject<HTMLElement>): boolean {
  const [onScreen, setOnScreen] = useState(true);
  const [pageShown, setPageShown] = useState(true);
  useEffect(() => {
    const update = () => setPageShown(document.visibilityState === 'visible');
    update();
    document.addEventListener('visibilitychange', update);
    return () => document.removeEventListener('visibilitychange', update);
  }, []);
  useEffect(() => {
    if (!ref.current || typeof IntersectionObserver === 'undefined') {
      return;
    }
    const observer = new IntersectionObserver(entries => {
      setOnScreen(entries[entries.length - 1]?.isIntersecting ?? true);
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, [ref]);
  return onScreen && pageShown;
}
