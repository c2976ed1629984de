// What the server answers to a question that changes while the user moves things.

import { useCallback, useEffect, useRef, useState } from 'react';

import { CommandError, useHost, type Host } from './host';
import type { Commands, Problem } from './shapes';
import { useAlive } from './useAlive';

/** The newest answer; `asking` while a newer one is on its way. */
export interface Answer<Result> {
  result: Result | null;
  problem: Problem | null;
  asking: boolean;
  retry: () => void;
}

/** A question soon after another waits so long for one more: a slider asks once. */
const PAUSE_MS = 150;

/**
 * Asks a command whenever its arguments (or `version`) change; null asks nothing.
 *
 * See `useAsked` for what becomes of the answers.
 */
export function useAnswer<Name extends keyof Commands>(
  name: Name,
  args: Commands[Name]['args'] | null,
  subject: string,
  version: string | number = ''
): Answer<Commands[Name]['result']> {
  const host = useHost();
  return useAsked(
    args && (() => host.command(name, args)),
    JSON.stringify([name, args, version]),
    subject
  );
}

/**
 * Asks whenever `question`, which names what is asked, changes; `ask` null asks nothing.
 *
 * The last question wins: an answer to an earlier one is dropped, however late it comes.
 * Until the new answer is there the old one stays, so that nothing flickers, unless the
 * `subject` changes, which it was about.
 */
export function useAsked<Result>(
  ask: (() => Promise<Result>) | null,
  question: string,
  subject: string
): Answer<Result> {
  const host = useHost();
  const [kept, setKept] = useState<Kept<Result>>({ ...NOTHING, subject });
  const [answered, setAnswered] = useState('');
  const [tries, setTries] = useState(0);
  const lastAsked = useRef(0);
  const latest = useRef(ask);
  latest.current = ask;
  const current = ask && JSON.stringify([subject, question, tries]);

  useEffect(() => {
    if (current === null) {
      return;
    }
    let dropped = false;
    const tell = (told: Partial<Kept<Result>>): void => {
      if (!dropped) {
        setKept(old => ({
          result: old.subject === subject ? old.result : null,
          problem: null,
          ...told,
          subject
        }));
        setAnswered(current);
      }
    };
    const soon = Date.now() - lastAsked.current < PAUSE_MS;
    lastAsked.current = Date.now();
    const timer = setTimeout(
      () => {
        latest.current?.().then(
          result => tell({ result }),
          (error: unknown) => tell({ problem: problemOf(error, host) })
        );
      },
      soon ? PAUSE_MS : 0
    );
    return () => {
      dropped = true;
      clearTimeout(timer);
    };
  }, [host, subject, current]);

  const retry = useCallback(() => setTries(count => count + 1), []);
  const own = current !== null && kept.subject === subject;
  return {
    result: own ? kept.result : null,
    problem: own ? kept.problem : null,
    asking: current !== null && current !== answered,
    retry
  };
}

interface Kept<Result> {
  subject: string;
  result: Result | null;
  problem: Problem | null;
}

const NOTHING = { result: null, problem: null };

/** What went wrong, as the server said it, or that it said nothing. */
export function problemOf(error: unknown, host: Host): Problem {
  if (error instanceof CommandError) {
    return error.problem;
  }
  return {
    code: 'other',
    title: host.t('That did not work'),
    text: error instanceof Error ? error.message : String(error),
    copy: null,
    retry_at: null
  };
}

/** Something that is done on a press. */
export interface Deed {
  /** From the press on, also while its question is open. */
  pressed: boolean;
  /** While it is done. */
  busy: boolean;
  /** How it failed. */
  problem: Problem | null;
  /** Does it; if there is something to `ask`, once the user has agreed. */
  run: (work: () => Promise<void>, ask?: () => Promise<boolean>) => void;
  forget: () => void;
}

/** Does one thing at a time, and keeps how it failed. */
export function useDeed(): Deed {
  const host = useHost();
  const [pressed, setPressed] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const alive = useAlive();
  const run: Deed['run'] = (work, ask) => {
    const askAndWork = async (): Promise<void> => {
      if (ask && !(await ask())) {
        return;
      }
      if (alive.current) {
        setBusy(true);
      }
      await work();
    };
    setPressed(true);
    setProblem(null);
    askAndWork()
      .catch((error: unknown) => {
        if (alive.current) {
          setProblem(problemOf(error, host));
        }
      })
      .finally(() => {
        if (alive.current) {
          setPressed(false);
          setBusy(false);
        }
      });
  };
  return { pressed, busy, problem, run, forget: () => setProblem(null) };
}
