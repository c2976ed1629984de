// The frames of a video, fetched one at a time: the newest wish next.

import { useEffect, useRef, useState } from 'react';

import { useHost } from '../host';
import type { Picture, TestSource } from '../shapes';
import { useAlive } from '../useAlive';

/** As many pictures are kept for going back and forth; about 4 MB. */
const KEPT = 60;

/** A picture and the frame that it is of. */
export interface Shown {
  index: number;
  picture: Picture;
}

/**
 * The picture of frame `index`, or the last one that came before it.
 *
 * One is fetched at a time; what was passed over meanwhile is not fetched at all, so
 * that a video plays as fast as its pictures come.
 */
export function usePicture(video: TestSource | null, index: number): Shown | null {
  const host = useHost();
  const [shown, setShown] = useState<Shown | null>(null);
  const cache = useRef(new Map<number, Picture>());
  const wanted = useRef(index);
  const fetching = useRef(false);
  const alive = useAlive();
  wanted.current = index;

  useEffect(() => {
    if (!video || fetching.current) {
      return;
    }
    const fetchAt = async (at: number): Promise<void> => {
      try {
        const kept = cache.current.get(at);
        const picture =
          kept ?? (await host.command('frame', { source: video, index: at }));
        keep(cache.current, at, picture);
        if (alive.current) {
          setShown({ index: at, picture });
        }
      } catch {
        // A frame that cannot be shown leaves the one before; its answer is still told.
      }
    };
    const fetchUntilCurrent = async (): Promise<void> => {
      let at: number;
      do {
        at = wanted.current;
        await fetchAt(at);
      } while (alive.current && at !== wanted.current);
      fetching.current = false;
    };
    fetching.current = true;
    void fetchUntilCurrent();
  }, [host, video, index, alive]);
  return shown;
}

function keep(cache: Map<number, Picture>, index: number, picture: Picture): void {
  cache.delete(index);
  cache.set(index, picture);
  for (const oldest of cache.keys()) {
    if (cache.size <= KEPT) {
      return;
    }
    cache.delete(oldest);
  }
}
