import { describe, expect, it } from 'vitest';

import { ROW } from '../fakes';
import type { Row } from '../shapes';
import { named, nextOrder, NO_ORDER, shows, sorted } from './order';

const row = (name: string, change: Partial<Row> = {}): Row => ({
  ...ROW,
  key: name,
  name,
  ...change
});
const map = (...rows: Row[]): Map<string, Row> =>
  new Map(rows.map(each => [each.key, each]));

describe('sorting', () => {
  const rows = [
    row('b', { attention: 1, usd_per_hour: null, created_at: 3 }),
    row('c', { attention: 0, usd_per_hour: 0.1, created_at: 1 }),
    row('a', { attention: 1, usd_per_hour: 0.2, created_at: 2 })
  ];
  it.each([
    ['attention', 'cab'],
    ['name', 'abc'],
    ['cost', 'acb'],
    ['age', 'bac']
  ] as const)('by %s', (sort, order) => {
    expect(sorted(rows, sort).join('')).toBe(order);
  });
});

describe('the order', () => {
  const first = map(row('a', { attention: 1 }), row('b', { attention: 2 }));
  const start = nextOrder(NO_ORDER, first, 'attention', 0, true);
  const urgent = map(
    row('a', { attention: 1 }),
    row('b', { attention: 0, status: 'Failed' })
  );

  it('is sorted at first', () => {
    expect(start.keys).toEqual(['a', 'b']);
  });

  it('stays the same object while nothing moves', () => {
    const faster = map(
      row('a', { attention: 1, p50_ms: 1 }),
      row('b', { attention: 2 })
    );
    expect(nextOrder(start, faster, 'attention', 0, true)).toBe(start);
  });

  it('follows a change of status only while nobody points at it', () => {
    expect(nextOrder(start, urgent, 'attention', 0, false)).toBe(start);
    expect(nextOrder(start, urgent, 'attention', 0, true).keys).toEqual(['b', 'a']);
  });

  it('is sorted at the word of the user, even if that is the same again', () => {
    expect(nextOrder(start, urgent, 'attention', 1, false).keys).toEqual(['b', 'a']);
    expect(nextOrder(start, urgent, 'name', 0, false).keys).toEqual(['a', 'b']);
  });

  it('has new rows on top, and loses those that are gone, under the pointer too', () => {
    const now = map(
      row('b', { attention: 2 }),
      row('z', { attention: 8 }),
      row('y', { attention: 9 })
    );
    expect(nextOrder(start, now, 'attention', 0, false).keys).toEqual(['z', 'y', 'b']);
  });
});

describe('filtering', () => {
  const rows = [
    row('street-objects', { status: 'InService', compute: 'serverless 4 GB' }),
    row('churn-csv', { status: 'Failed', compute: 'ml.m5.large' }),
    row('old-demo', { status: 'Deleting' }),
    row('away', { status: 'OutOfService' })
  ];
  const left = (query: string, group: Parameters<typeof shows>[2] = null): string[] =>
    rows.filter(each => shows(each, query, group)).map(each => each.name);

  it('looks for all words in what a row says, in any case', () => {
    expect(left('OBJ serverless')).toEqual(['street-objects']);
    expect(left('failed m5')).toEqual(['churn-csv']);
    expect(left('failed objects')).toEqual([]);
    expect(left('  ')).toHaveLength(4);
  });

  it('shows one group', () => {
    expect(left('', 'in_service')).toEqual(['street-objects']);
    expect(left('', 'changing')).toEqual(['old-demo']);
    expect(left('', 'failed')).toEqual(['churn-csv', 'away']);
  });

  it('takes what is typed as text, not as a pattern', () => {
    expect(left('.*')).toEqual([]);
  });
});

describe('a name by its first letters', () => {
  const names = ['alpha', 'beta', 'Bravo', 'gamma'];
  it('goes on from the row, and round', () => {
    expect(named(names, 0, 'b')).toBe(1);
    expect(named(names, 1, 'b')).toBe(2);
    expect(named(names, 2, 'b')).toBe(1);
  });
  it('stays where more letters still fit', () => {
    expect(named(names, 1, 'be')).toBe(1);
    expect(named(names, 1, 'br')).toBe(2);
  });
  it('is none where no name fits', () => {
    expect(named(names, 0, 'x')).toBeNull();
    expect(named([], 0, 'x')).toBeNull();
  });
});
