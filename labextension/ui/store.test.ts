import { describe, expect, it, vi } from 'vitest';

import { fakeHost, ROW } from './fakes';
import type { Host, Link } from './host';
import type { Row, Snapshot } from './shapes';
import { EMPTY, merge, rowNamed, Store, storeOf, type State } from './store';

const row = (key: string, change: Partial<Row> = {}): Row => ({
  ...ROW,
  key,
  name: key,
  ...change
});

const snapshot = (change: Partial<Snapshot>): Snapshot => ({
  seq: 1,
  at: 1000,
  full: false,
  target: {
    name: 'local',
    kind: 'local',
    profile: null,
    region: null,
    account_last4: null
  },
  follows_kernel: true,
  targets: [],
  burn: {
    usd_per_hour: null,
    usd_per_month: null,
    shares: [],
    hypothetical: true,
    prices_as_of: '2026-09-09'
  },
  counts: { in_service: 0, changing: 0, failed: 0, idle: 0 },
  rows: [],
  gone: [],
  problem: null,
  stale_since: null,
  jobs: [],
  ...change
});

const keys = (state: State): string[] => [...state.rows.keys()].sort();

/** Numbers as if by chance, the same in each run. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('merging snapshots', () => {
  it('takes a full one as it is', () => {
    const first = merge(EMPTY, snapshot({ full: true, rows: [row('a'), row('b')] }), 0);
    const second = merge(first, snapshot({ seq: 2, full: true, rows: [row('c')] }), 0);
    expect(keys(second)).toEqual(['c']);
  });

  it('changes, adds and takes away what a partial one says', () => {
    const first = merge(EMPTY, snapshot({ full: true, rows: [row('a'), row('b')] }), 0);
    const second = merge(
      first,
      snapshot({
        seq: 2,
        rows: [row('b', { status: 'Updating' }), row('c')],
        gone: ['a']
      }),
      0
    );
    expect(keys(second)).toEqual(['b', 'c']);
    expect(second.rows.get('b')?.status).toBe('Updating');
  });

  it('keeps the rows themselves where nothing changed', () => {
    const first = merge(EMPTY, snapshot({ full: true, rows: [row('a'), row('b')] }), 0);
    const second = merge(
      first,
      snapshot({ seq: 2, rows: [row('b', { p50_ms: 1 })] }),
      0
    );
    expect(second.rows.get('a')).toBe(first.rows.get('a'));
    const third = merge(second, snapshot({ seq: 3 }), 0);
    expect(third.rows).toBe(second.rows);
  });

  it('drops a partial one before the first full one, and one that is late', () => {
    expect(merge(EMPTY, snapshot({ seq: 5, rows: [row('a')] }), 0)).toBe(EMPTY);
    const first = merge(EMPTY, snapshot({ seq: 5, full: true }), 0);
    expect(merge(first, snapshot({ seq: 5, rows: [row('a')] }), 0)).toBe(first);
  });

  it('takes a full one of a server that starts to count again', () => {
    const first = merge(EMPTY, snapshot({ seq: 90, full: true, rows: [row('a')] }), 0);
    const again = merge(first, snapshot({ seq: 1, full: true, rows: [row('b')] }), 0);
    expect(keys(again)).toEqual(['b']);
    expect(keys(merge(again, snapshot({ seq: 2, gone: ['b'] }), 0))).toEqual([]);
  });

  it('knows how far the server is ahead', () => {
    expect(merge(EMPTY, snapshot({ full: true, at: 5000 }), 2000).clock_ahead_ms).toBe(
      3000
    );
  });

  it.each([1, 2, 3, 4, 5])('ends where the server is, whatever changed (%d)', seed => {
    const below = random(seed);
    const server = new Map<string, Row>();
    let state = EMPTY;
    for (let seq = 1; seq <= 200; seq++) {
      const full = seq === 1 || below(20) === 0;
      const changed: Row[] = [];
      const gone: string[] = [];
      for (let change = below(4); change > 0; change--) {
        const key = `k${below(12)}`;
        if (server.has(key) && below(3) === 0) {
          server.delete(key);
          gone.push(key);
        } else if (!gone.includes(key)) {
          const next = row(key, { rate_per_min: below(100) });
          server.set(key, next);
          changed.push(next);
        }
      }
      const rows = full
        ? [...server.values()]
        : changed.filter(each => server.has(each.key));
      state = merge(state, snapshot({ seq, full, rows, gone: full ? [] : gone }), 0);
      expect(new Map(state.rows)).toEqual(server);
    }
  });
});

it('finds the youngest of two endpoints of one name', () => {
  const rows = [
    row('old', { name: 'a', created_at: 1 }),
    row('new', { name: 'a', created_at: 2 })
  ];
  for (const order of [rows, [...rows].reverse()]) {
    const state = merge(EMPTY, snapshot({ full: true, rows: order }), 0);
    expect(rowNamed(state, 'a')?.key).toBe('new');
  }
  expect(rowNamed(EMPTY, 'a')).toBeUndefined();
});

describe('a store', () => {
  function watched() {
    let push: (snapshot: Snapshot) => void = () => undefined;
    let setLink: (link: Link) => void = () => undefined;
    const stop = vi.fn();
    const subscribe = vi.fn<Host['subscribe']>((onSnapshot, onLink) => {
      push = onSnapshot;
      setLink = onLink;
      return stop;
    });
    const host: Host = { ...fakeHost({}), subscribe };
    return {
      host,
      stop,
      subscribe,
      push: (each: Snapshot) => push(each),
      setLink: (link: Link) => setLink(link)
    };
  }

  it('is one for all that show a host, and listens once', () => {
    const { host, subscribe, stop } = watched();
    const store = storeOf(host);
    expect(storeOf(host)).toBe(store);
    const ends = [store.subscribe(() => undefined), store.subscribe(() => undefined)];
    expect(subscribe).toHaveBeenCalledTimes(1);
    ends[0]?.();
    expect(stop).not.toHaveBeenCalled();
    ends[1]?.();
    expect(stop).toHaveBeenCalledTimes(1);
  });

  it('tells of snapshots and links, not of what changes nothing', () => {
    const { host, push, setLink } = watched();
    const store = new Store(host);
    const heard = vi.fn();
    store.subscribe(heard);
    push(snapshot({ seq: 1, rows: [row('a')] }));
    expect(heard).not.toHaveBeenCalled();
    push(snapshot({ seq: 1, full: true, rows: [row('a')] }));
    setLink({ state: 'lost', since: 7 });
    expect(heard).toHaveBeenCalledTimes(2);
    expect(store.get().link).toEqual({ state: 'lost', since: 7 });
    expect(keys(store.get())).toEqual(['a']);
  });
});
