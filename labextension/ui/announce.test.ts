import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Announcer, statusChanges, type Message } from './announce';
import { fakeHost, ROW } from './fakes';
import type { Row } from './shapes';

const { t } = fakeHost({});
const rows = (...all: Partial<Row>[]): Map<string, Row> =>
  new Map(all.map(change => [change.name ?? '', { ...ROW, ...change }]));

describe('what is told', () => {
  it('is a status that changed, and never a rate', () => {
    const before = rows(
      { name: 'a', status: 'Creating' },
      { name: 'b', rate_per_min: 1 }
    );
    const after = rows(
      { name: 'a', status: 'InService' },
      { name: 'b', rate_per_min: 9 }
    );
    expect(statusChanges(t, before, after)).toEqual([
      { text: 'a is InService', urgent: false }
    ]);
  });

  it('is a failure with its cause, urgently', () => {
    const failure = { cause: 'No module named cv2', fix: '', reason: '' };
    const after = rows({ name: 'a', status: 'Failed', failure });
    expect(statusChanges(t, rows({ name: 'a', status: 'Creating' }), after)).toEqual([
      { text: 'a is Failed: No module named cv2', urgent: true }
    ]);
  });

  it('is what is gone, and what is being made', () => {
    const said = statusChanges(
      t,
      rows({ name: 'old' }),
      rows({ name: 'new', status: 'Creating' })
    );
    expect(said.map(message => message.text)).toEqual([
      'new is Creating',
      'old is gone'
    ]);
  });

  it('is nothing of what was there already', () => {
    expect(statusChanges(t, rows(), rows({ name: 'a', status: 'InService' }))).toEqual(
      []
    );
  });
});

describe('at most one message in 5 s', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const quiet = (text: string): Message => ({ text, urgent: false });

  it('joins what comes meanwhile, and is urgent if any of it is', () => {
    const said: Message[] = [];
    const announcer = new Announcer(message => said.push(message));
    announcer.add([quiet('one')]);
    announcer.add([quiet('two')]);
    vi.advanceTimersByTime(4999);
    announcer.add([{ text: 'three', urgent: true }]);
    expect(said).toEqual([quiet('one')]);
    vi.advanceTimersByTime(1);
    expect(said[1]).toEqual({ text: 'two. three', urgent: true });
    announcer.add([quiet('four')]);
    vi.advanceTimersByTime(5000);
    vi.advanceTimersByTime(60_000);
    expect(said).toHaveLength(3);
    announcer.add([quiet('five')]);
    expect(said).toHaveLength(4);
  });

  it('says nothing more after it is stopped', () => {
    const say = vi.fn();
    const announcer = new Announcer(say);
    announcer.add([quiet('one')]);
    announcer.add([quiet('two')]);
    announcer.stop();
    vi.advanceTimersByTime(60_000);
    expect(say).toHaveBeenCalledTimes(1);
  });
});
