// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { cellHost } from './host';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('who goes on looking says so again, until the view is closed', () => {
  const said: object[] = [];
  const channel = {
    send: (content: object) => said.push(content),
    on: vi.fn(),
    off: vi.fn()
  };
  const host = cellHost(channel, document.createElement('div'));
  const close = host.subscribe(vi.fn(), vi.fn());
  expect(said).toMatchObject([{ watching: { visible: true } }]);
  vi.advanceTimersByTime(3_600_000);
  expect(said).toHaveLength(7);
  close();
  vi.advanceTimersByTime(3_600_000);
  expect(said).toHaveLength(8);
  expect(said[7]).toMatchObject({ watching: { visible: false } });
});
