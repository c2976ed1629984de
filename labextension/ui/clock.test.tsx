import { act, cleanup } from '@testing-library/react';
import * as React from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { useNow, VisibleContext } from './clock';
import { fakeHost, mount } from './fakes';
import { snapshot } from './list/scene';
import { storeOf } from './store';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const AHEAD_MS = 5000;

function clocks(visible: boolean, render: () => void): HTMLElement {
  function Clock(): React.ReactElement {
    const now = useNow();
    render();
    return <p>{now}</p>;
  }
  const host = fakeHost({}, snapshot({ at: Date.now() + AHEAD_MS }));
  storeOf(host).subscribe(() => undefined);
  return mount(
    host,
    <VisibleContext.Provider value={visible}>
      <Clock />
      <Clock />
    </VisibleContext.Provider>
  ).container;
}

it("is the server's, ticks by the second, and all tick at once", () => {
  const container = clocks(true, () => undefined);
  expect(container.textContent).toBe('10050001005000');
  act(() => {
    vi.advanceTimersByTime(2000);
  });
  expect(container.textContent).toBe('10070001007000');
  expect(vi.getTimerCount()).toBe(1);
});

it('stands still while nobody sees it, and stops with the last that shows it', () => {
  const render = vi.fn();
  clocks(false, render);
  const renders = render.mock.calls.length;
  act(() => {
    vi.advanceTimersByTime(60_000);
  });
  expect(render).toHaveBeenCalledTimes(renders);
  expect(vi.getTimerCount()).toBe(0);
  clocks(true, render);
  expect(vi.getTimerCount()).toBe(1);
  cleanup();
  expect(vi.getTimerCount()).toBe(0);
});
