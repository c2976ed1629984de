import { useMemo, useRef } from 'react';

import type { Deed } from '../answer';
import type { TabId } from '../detail/Detail';
import { ofLab, useHost } from '../host';
import type { Anchor } from '../parts';
import type { Row } from '../shapes';
import { storeOf, type Head } from '../store';
import type { RowActions } from './actions';
import { deleteEndpoints, keep } from './deeds';

/** The ways out of the list. */
export interface Ways {
  onOpen: (name: string, tab?: TabId) => void;
  /** Absent where there is no form. */
  onDeploy: ((path?: string) => void) | null;
}

interface Needs {
  head: Head | null;
  deed: Deed;
  ways: Ways;
  /** Absent where the menu is not the list's. */
  openMenu?: (menu: { row: Row; anchor: Anchor }) => void;
}

/** What rows can do; the object stays the same, whatever it needs. */
export function useRowActions(needs: Needs): RowActions {
  const host = useHost();
  const latest = useRef(needs);
  latest.current = needs;
  const deploys = ofLab(needs.ways.onDeploy) !== null;
  const wide = ofLab(host.wide);
  return useMemo(
    () => ({
      open: (row, tab) => latest.current.ways.onOpen(row.name, tab),
      log: row => {
        if (wide) {
          wide.open(row.name, 'logs');
        } else {
          latest.current.ways.onOpen(row.name, 'logs');
        }
      },
      redeploy: deploys
        ? row => latest.current.ways.onDeploy?.(row.model_path ?? undefined)
        : null,
      remove: row => {
        const { deed, head } = latest.current;
        if (head) {
          deed.run(() => deleteEndpoints(host, head.target, [row.name]));
        }
      },
      keep: (row, hours) => {
        const { deed, head } = latest.current;
        if (head) {
          const now = Date.now() + storeOf(host).get().clock_ahead_ms;
          deed.run(() => keep(host, head.target, row, hours, now));
        }
      },
      code: row => host.code.give(row.code),
      menu: (row, anchor) => latest.current.openMenu?.({ row, anchor })
    }),
    [host, wide, deploys]
  );
}
