// In which order the rows stand, and which of them show.

import type { Row, Status } from '../shapes';

export type Sort = 'attention' | 'name' | 'cost' | 'age';
export type Group = 'in_service' | 'changing' | 'failed';

type Rows = ReadonlyMap<string, Row>;

const GROUPS: Record<Status, Group> = {
  InService: 'in_service',
  Creating: 'changing',
  Updating: 'changing',
  SystemUpdating: 'changing',
  RollingBack: 'changing',
  Deleting: 'changing',
  Failed: 'failed',
  UpdateRollbackFailed: 'failed',
  OutOfService: 'failed'
};

/** An order that is kept, and what it was made from. */
export interface Order {
  keys: readonly string[];
  sort: Sort;
  /** Counts how often the user has asked to sort. */
  asked: number;
  /** The statuses and the attention that the rows had when they were sorted. */
  sortedBy: string;
}

export const NO_ORDER: Order = { keys: [], sort: 'attention', asked: 0, sortedBy: '' };

const byName = (a: Row, b: Row): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
const least = -1;

const COMPARE: Record<Sort, (a: Row, b: Row) => number> = {
  attention: (a, b) => a.attention - b.attention || byName(a, b),
  name: byName,
  cost: (a, b) => (b.usd_per_hour ?? least) - (a.usd_per_hour ?? least) || byName(a, b),
  age: (a, b) => b.created_at - a.created_at || byName(a, b)
};

/** The keys of rows, sorted. */
export function sorted(rows: readonly Row[], sort: Sort): string[] {
  return [...rows].sort(COMPARE[sort]).map(row => row.key);
}

/**
 * The order after the rows changed; the same object if it stays as it is.
 *
 * It is sorted when the user asks for it. A change of status sorts only if the list is
 * `settled`: nobody points at it or has the focus in it. Else every row stays where it
 * is, and new ones come on top.
 */
export function nextOrder(
  order: Order,
  rows: Rows,
  sort: Sort,
  asked: number,
  settled: boolean
): Order {
  const all = [...rows.values()];
  const sortedBy = all
    .map(row => `${row.key} ${row.status} ${row.attention}`)
    .join('\n');
  const wanted = order.sort !== sort || order.asked !== asked;
  if (wanted || (settled && order.sortedBy !== sortedBy)) {
    return { keys: sorted(all, sort), sort, asked, sortedBy };
  }
  const known = new Set(order.keys);
  const fresh = all.filter(row => !known.has(row.key));
  const kept = order.keys.filter(key => rows.has(key));
  if (fresh.length === 0 && kept.length === order.keys.length) {
    return order;
  }
  return { ...order, keys: [...sorted(fresh, sort), ...kept] };
}

/** Whether a row is of the group and has all words of the query in what it says. */
export function shows(row: Row, query: string, group: Group | null): boolean {
  if (group !== null && GROUPS[row.status] !== group) {
    return false;
  }
  const said = `${row.name} ${row.status} ${row.kind} ${row.compute}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every(word => said.includes(word));
}

/**
 * The next row, from `from` round, whose name starts with what was typed; null if none.
 *
 * One letter goes on from the row after `from`, more stay on it while it still fits.
 */
export function named(
  names: readonly string[],
  from: number,
  typed: string
): number | null {
  const start = from + (typed.length === 1 ? 1 : 0);
  for (let step = 0; step < names.length; step++) {
    const index = (Math.max(0, start) + step) % names.length;
    if (names[index]?.toLowerCase().startsWith(typed.toLowerCase())) {
      return index;
    }
  }
  return null;
}
