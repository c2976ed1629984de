// Whether somebody can see an element: it is on screen, and its page in the foreground.

import { useEffect, useState, type RefObject } from 'react';

/** Tells whether an element can be seen, now and at each change; call to stop. */
export function watchVisible(
  el: HTMLElement,
  onChange: (visible: boolean) => void
): () => void {
  let onScreen = true;
  let said: boolean | undefined;
  const update = (): void => {
    const visible = onScreen && document.visibilityState === 'visible';
    if (visible !== said) {
      said = visible;
      onChange(visible);
    }
  };
  const observer =
    typeof IntersectionObserver === 'undefined'
      ? undefined
      : new IntersectionObserver(entries => {
          onScreen = entries[entries.length - 1]?.isIntersecting ?? true;
          update();
        });
  observer?.observe(el);
  document.addEventListener('visibilitychange', update);
  update();
  return () => {
    observer?.disconnect();
    document.removeEventListener('visibilitychange', update);
  };
}

/** Whether an element can be seen. */
export function useVisible(ref: RefObject<HTMLElement>): boolean {
  const [visible, setVisible] = useState(true);
  useEffect(
    () => (ref.current ? watchVisible(ref.current, setVisible) : undefined),
    [ref]
  );
  return visible;
}
