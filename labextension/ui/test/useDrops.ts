import { useEffect, useRef, type RefObject } from 'react';

import { ofLab, useHost } from '../host';

/** Takes files of the place's own browser that are dropped on the element. */
export function useDrops(
  onPath: (path: string) => void,
  onOver: (over: boolean) => void
): RefObject<HTMLDivElement> {
  const takeDrops = ofLab(useHost().takeDrops);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(
    () => (ref.current ? takeDrops?.(ref.current, onPath, onOver) : undefined),
    [takeDrops, onPath, onOver]
  );
  return ref;
}
