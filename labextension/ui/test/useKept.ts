// State that outlives its view: a test is still there when its tab is shown again.

import { useCallback, useState } from 'react';

import { perHost, useHost } from '../host';

const keptBy = perHost(() => new Map<string, unknown>());

/** Like useState, but kept under a key for as long as the host lives. */
export function useKept<Value>(
  key: string,
  first: Value
): [Value, (value: Value | ((old: Value) => Value)) => void] {
  const host = useHost();
  const [, redraw] = useState(0);
  const all = keptBy(host);
  // A key is used for values of one type alone.
  const value = all.has(key) ? (all.get(key) as Value) : first;
  const set = useCallback(
    (next: Value | ((old: Value) => Value)) => {
      const map = keptBy(host);
      const old = map.has(key) ? (map.get(key) as Value) : first;
      map.set(key, next instanceof Function ? next(old) : next);
      redraw(count => count + 1);
    },
    [host, key, first]
  );
  return [value, set];
}
