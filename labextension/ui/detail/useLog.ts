import { useRef, useState } from 'react';

import { useHost } from '../host';
import type { LogLine, Problem } from '../shapes';
import { usePolled } from '../usePolled';

/** The oldest lines are dropped beyond so many. */
const MOST_LINES = 2000;

/** A line and how many came before it: it keeps its number when old ones are dropped. */
export type NumberedLine = LogLine & { number: number };

/**
 * The lines of an endpoint's log; new ones come while it is followed and can be seen.
 *
 * Each endpoint has a mount of its own, so `name` stays.
 */
export function useLog(
  name: string,
  following: boolean
): { lines: readonly NumberedLine[] | null; problem: Problem | null } {
  const host = useHost();
  const [lines, setLines] = useState<readonly NumberedLine[] | null>(null);
  const next = useRef<number | null>(null);
  const problem = usePolled(
    following || !lines
      ? () => host.command('logs', { name, after: next.current })
      : null,
    name,
    log => {
      next.current = log.next;
      setLines(old =>
        old && log.lines.length === 0 ? old : append(old ?? [], log.lines)
      );
    }
  );
  return { lines, problem };
}

function append(
  old: readonly NumberedLine[],
  more: readonly LogLine[]
): readonly NumberedLine[] {
  const first = (old[old.length - 1]?.number ?? -1) + 1;
  const numbered = more.map((line, index) => ({ ...line, number: first + index }));
  return [...old, ...numbered].slice(-MOST_LINES);
}
