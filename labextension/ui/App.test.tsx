import { act, cleanup, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, expect, it, vi } from 'vitest';

import { App, mount } from './App';
import { fakeHost } from './fakes';
import { AWS, LOCAL, row, snapshot } from './list/scene';
import type { Snapshot } from './shapes';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** The UI, and the server that pushes to it. */
function pushed(first: Partial<Snapshot>) {
  let push: (snapshot: Snapshot) => void = () => undefined;
  const host = {
    ...fakeHost({}),
    subscribe: (onSnapshot: (snapshot: Snapshot) => void) => {
      push = onSnapshot;
      onSnapshot(snapshot(first));
      return () => undefined;
    }
  };
  let seq = 1;
  return {
    host,
    push: (change: Partial<Snapshot>) => {
      act(() => push(snapshot({ seq: ++seq, full: false, ...change })));
    }
  };
}

it('tells changes of status to the ear, failures at once, and never a rate', () => {
  vi.useFakeTimers();
  const { host, push } = pushed({ rows: [row('alpha', { status: 'Creating' })] });
  render(<App host={host} start={{ view: 'list' }} />);
  const [polite] = screen.getAllByRole('status').slice(-1);
  const [assertive] = screen.getAllByRole('alert').slice(-1);
  push({ rows: [row('alpha', { status: 'InService' })] });
  expect(polite?.textContent).toBe('alpha is InService');
  push({ rows: [row('alpha', { status: 'InService', rate_per_min: 99 })] });
  push({ rows: [row('alpha', { status: 'Failed' })] });
  expect(polite?.textContent).toBe('alpha is InService');
  act(() => {
    vi.advanceTimersByTime(5000);
  });
  expect(polite?.textContent).toBe('');
  expect(assertive?.textContent).toBe('alpha is Failed');
});

it('does not tell of the endpoints of another target', () => {
  const { host, push } = pushed({ target: LOCAL, rows: [row('alpha')] });
  render(<App host={host} start={{ view: 'list' }} />);
  push({ target: AWS, full: true, rows: [row('beta', { status: 'Failed' })] });
  expect(screen.getAllByRole('alert').map(alert => alert.textContent)).toEqual(['']);
});

it('goes to another view when its place says so', () => {
  const { host } = pushed({ rows: [row('alpha')] });
  const el = document.createElement('div');
  document.body.append(el);
  let mounted: ReturnType<typeof mount> | undefined;
  act(() => {
    mounted = mount(el, host, { view: 'list' });
  });
  expect(screen.getByTitle('alpha')).toBeTruthy();
  act(() => mounted?.show({ view: 'endpoint', name: 'gone' }));
  expect(screen.getByText('gone is gone.')).toBeTruthy();
  act(() => mounted?.show({ view: 'list' }));
  expect(screen.queryByText('gone is gone.')).toBeNull();
  act(() => mounted?.unmount());
  expect(el.childNodes).toHaveLength(0);
  el.remove();
});
