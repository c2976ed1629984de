// What the server pushed, merged: one store per host, shared by all that show it.

import { useSyncExternalStore } from 'react';

import { perHost, type Host, type Link } from './host';
import type { Row, Snapshot } from './shapes';

/** A snapshot but for its rows, which are merged. */
export type Head = Omit<Snapshot, 'rows' | 'gone' | 'full'>;

export interface State {
  link: Link;
  /** The newest snapshot; null before the first. */
  head: Head | null;
  rows: ReadonlyMap<string, Row>;
  /** The server's clock less this browser's. */
  clock_ahead_ms: number;
}

export const EMPTY: State = {
  link: { state: 'connecting' },
  head: null,
  rows: new Map(),
  clock_ahead_ms: 0
};

/**
 * The state after a snapshot, at the browser's time `now`.
 *
 * A partial one that came too early (before a full one) or too late (an older one) says
 * nothing.
 */
export function merge(state: State, snapshot: Snapshot, now: number): State {
  const { rows: changed, gone, full, ...head } = snapshot;
  if (!full && (!state.head || head.seq <= state.head.seq)) {
    return state;
  }
  let rows = state.rows;
  if (full || changed.length || gone.length) {
    const merged = new Map(full ? [] : state.rows);
    gone.forEach(key => merged.delete(key));
    changed.forEach(row => merged.set(row.key, row));
    rows = merged;
  }
  return { ...state, head, rows, clock_ahead_ms: head.at - now };
}

/** The row of an endpoint; the youngest if one of that name is still being deleted. */
export function rowNamed(state: State, name: string): Row | undefined {
  let found: Row | undefined;
  for (const row of state.rows.values()) {
    if (row.name === name && (!found || row.created_at > found.created_at)) {
      found = row;
    }
  }
  return found;
}

/** Keeps the merged state of one host, and listens to it while somebody looks. */
export class Store {
  constructor(private readonly host: Host) {}

  readonly get = (): State => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    this.stop ??= this.host.subscribe(
      snapshot => this.set(merge(this.state, snapshot, Date.now())),
      link => this.set({ ...this.state, link })
    );
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) {
        this.stop?.();
        this.stop = undefined;
      }
    };
  };

  private set(state: State): void {
    if (state !== this.state) {
      this.state = state;
      this.listeners.forEach(listener => listener());
    }
  }

  private state = EMPTY;
  private stop: (() => void) | undefined;
  private readonly listeners = new Set<() => void>();
}

/** The one store of a host. */
export const storeOf = perHost(host => new Store(host));

/** The merged state of a host, kept up to date. */
export function useStore(host: Host): State {
  const store = storeOf(host);
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}
