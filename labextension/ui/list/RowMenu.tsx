import * as React from 'react';

import { ofLab, useHost } from '../host';
import { Menu, type Anchor, type MenuItem } from '../parts';
import type { Row } from '../shapes';
import type { RowActions } from './actions';

/** All that can be done with an endpoint. */
export function RowMenu(props: {
  row: Row;
  anchor: Anchor;
  actions: RowActions;
  /** Whether there is no server that could do anything. */
  off: boolean;
  /** Stops the job that changes it; absent where none can be stopped. */
  onStop: (() => void) | null;
  /** What stands first, as the ways to see more of it. */
  first: readonly MenuItem[];
  onClose: () => void;
}): React.ReactElement {
  const host = useHost();
  const { t } = host;
  const { row, actions, off, onStop } = props;
  const leaving = row.status === 'Deleting';
  const redeploy = ofLab(actions.redeploy);
  const items: (MenuItem | null)[] = [
    ...props.first,
    { label: t('Test'), disabled: leaving, onSelect: () => actions.open(row, 'test') },
    { label: t('Log'), onSelect: () => actions.log(row) },
    {
      label: host.code.label,
      divided: true,
      disabled: off || leaving,
      onSelect: () => actions.code(row)
    },
    { label: t('Copy name'), onSelect: () => host.copy(row.name) },
    { label: t('Copy ARN'), onSelect: () => host.copy(row.arn) },
    onStop && {
      label: t('Stop…'),
      divided: true,
      disabled: off,
      onSelect: onStop
    },
    row.ttl_ends_at === null || leaving
      ? null
      : {
          label: t('Keep 2 h'),
          divided: true,
          disabled: off,
          onSelect: () => actions.keep(row, 2)
        },
    row.status === 'Failed' && redeploy
      ? {
          label: t('Deploy again…'),
          divided: true,
          onSelect: () => redeploy(row)
        }
      : null,
    {
      label: t('Delete…'),
      divided: true,
      disabled: off || leaving,
      onSelect: () => actions.remove(row)
    }
  ];
  return (
    <Menu
      label={t('Actions for %1', row.name)}
      items={items.filter(item => item !== null)}
      anchor={props.anchor}
      onClose={props.onClose}
    />
  );
}
