import * as React from 'react';
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { useAnswer } from './answer';
import { COST, fakeHost } from './fakes';
import { CommandError, HostContext } from './host';
import type { Cost } from './shapes';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function Shown(props: { calls: number; subject?: string }): React.ReactElement {
  const { calls, subject = 'one' } = props;
  const args = { name: subject, calls_per_month: calls, choice: null };
  const { result, problem, asking, retry } = useAnswer('cost', args, subject);
  return (
    <p onClick={retry}>
      {result?.calls_per_month ?? 'nothing'} {problem?.title}{' '}
      {asking ? 'asking' : 'still'}
    </p>
  );
}

/** A host whose answers the test gives, in any order. */
function slowHost() {
  const waiting: { calls: number | null; give: () => void; refuse: () => void }[] = [];
  const host = fakeHost({
    cost: ({ calls_per_month }) =>
      new Promise<Cost>((resolve, reject) => {
        waiting.push({
          calls: calls_per_month,
          give: () => resolve({ ...COST, calls_per_month: calls_per_month ?? 0 }),
          refuse: () =>
            reject(
              new CommandError({
                code: 'other',
                title: 'No.',
                text: '',
                copy: null,
                retry_at: null
              })
            )
        });
      })
  });
  return { host, waiting };
}

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

describe('an answer', () => {
  it('is asked for once while the question keeps changing', async () => {
    const { host, waiting } = slowHost();
    const view = render(<Again host={host} calls={1} />);
    await pass(0);
    for (const calls of [2, 3, 4]) {
      view.rerender(<Again host={host} calls={calls} />);
      await pass(50);
    }
    await pass(150);
    expect(waiting.map(one => one.calls)).toEqual([1, 4]);
  });

  it('to an earlier question is dropped, however late it comes', async () => {
    const { host, waiting } = slowHost();
    const view = render(<Again host={host} calls={1} />);
    await pass(0);
    view.rerender(<Again host={host} calls={2} />);
    await pass(200);
    waiting[1]?.give();
    await pass(0);
    waiting[0]?.give();
    await pass(0);
    expect(screen.getByText(/2 .*still/)).toBeTruthy();
  });

  it('stays until the next one is there', async () => {
    const { host, waiting } = slowHost();
    const view = render(<Again host={host} calls={1} />);
    await pass(0);
    waiting[0]?.give();
    await pass(0);
    view.rerender(<Again host={host} calls={2} />);
    await pass(200);
    expect(screen.getByText(/1 .*asking/)).toBeTruthy();
  });

  it('about something else does not stay', async () => {
    const { host, waiting } = slowHost();
    const view = render(<Again host={host} calls={1} />);
    await pass(0);
    waiting[0]?.give();
    await pass(0);
    view.rerender(<Again host={host} calls={1} subject="two" />);
    expect(screen.getByText(/nothing .*asking/)).toBeTruthy();
  });

  it('that failed leaves the old one and its reason, and can be asked again', async () => {
    const { host, waiting } = slowHost();
    const view = render(<Again host={host} calls={1} />);
    await pass(0);
    waiting[0]?.give();
    await pass(0);
    view.rerender(<Again host={host} calls={2} />);
    await pass(200);
    waiting[1]?.refuse();
    await pass(0);
    expect(screen.getByText(/1 No\. still/)).toBeTruthy();
    act(() => screen.getByText(/No/).click());
    await pass(200);
    waiting[2]?.give();
    await pass(0);
    expect(screen.getByText(/2 still/)).toBeTruthy();
  });
});

/** The same tree each time, so that it is a new question and no new mount. */
function Again(props: {
  host: React.ContextType<typeof HostContext>;
  calls: number;
  subject?: string;
}): React.ReactElement {
  const { host, ...rest } = props;
  return (
    <HostContext.Provider value={host}>
      <Shown {...rest} />
    </HostContext.Provider>
  );
}
