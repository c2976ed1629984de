// What is asked for again and again while somebody looks.

import { useContext, useEffect, useRef, useState } from 'react';

import { problemOf } from './answer';
import { VisibleContext } from './clock';
import { useHost } from './host';
import type { Problem } from './shapes';

/**
 * Asks at once and some time after each answer while it can be seen; says why it failed
 * last.
 *
 * `ask` null asks nothing. A change of `subject` asks anew: an answer to what was asked
 * before it is dropped.
 */
export function usePolled<Result>(
  ask: (() => Promise<Result>) | null,
  subject: string,
  onResult: (result: Result) => void,
  every_ms = 2000
): Problem | null {
  const host = useHost();
  const visible = useContext(VisibleContext);
  const [problem, setProblem] = useState<Problem | null>(null);
  const latest = useRef({ ask, onResult });
  latest.current = { ask, onResult };
  const active = visible && ask !== null;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = !active;
    const look = async (): Promise<void> => {
      let failed: Problem | null = null;
      let result: Result | undefined;
      try {
        result = await latest.current.ask?.();
      } catch (error) {
        failed = problemOf(error, host);
      }
      if (stopped) {
        return;
      }
      setProblem(failed);
      if (result !== undefined) {
        latest.current.onResult(result);
      }
      timer = setTimeout(() => void look(), every_ms);
    };
    if (active) {
      void look();
    }
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [host, subject, active, every_ms]);
  return problem;
}
