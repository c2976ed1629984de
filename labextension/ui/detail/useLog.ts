import { useContext, useEffect, useRef, useState } from 'react';

import { problemOf } from '../answer';
import { VisibleContext } from '../clock';
import { useHost } from '../host';
import type { LogLine, Problem } from '../shapes';

/** The oldest lines are dropped beyond so many. */
const MOST_LINES = 2000;
const READ_EACH_MS = 2000;

/** A line and how many came before it: it keeps its number when old ones are dropped. */
export type NumberedLine = LogLine & { number: number };

/** The lines of an endpoint's log; new ones come while it is followed and can be seen. */
export function useLog(
  name: string,
  following: boolean
): { lines: readonly NumberedLine[] | null; problem: Problem | null } {
  const host = useHost();
  const visible = useContext(VisibleContext);
  const [lines, setLines] = useState<readonly NumberedLine[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const next = useRef<number | null>(null);

  useEffect(() => {
    next.current = null;
    setLines(null);
    setProblem(null);
  }, [host, name]);

  useEffect(() => {
    if (!visible || (!following && next.current !== null)) {
      return undefined;
    }
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      try {
        const log = await host.command('logs', { name, after: next.current });
        if (stopped) {
          return;
        }
        next.current = log.next;
        setProblem(null);
        setLines(old =>
          old && log.lines.length === 0 ? old : append(old ?? [], log.lines)
        );
      } catch (error) {
        setProblem(problemOf(error, host));
      }
      if (!stopped && following) {
        timer = setTimeout(() => void read(), READ_EACH_MS);
      }
    };
    void read();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [host, name, following, visible]);
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
