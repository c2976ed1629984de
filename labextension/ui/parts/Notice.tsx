import * as React from 'react';

import { Icon, type IconName } from './Icon';

export type NoticeKind = 'error' | 'warning' | 'info' | 'best';

const ICONS: Record<NoticeKind, IconName> = {
  error: 'warning',
  warning: 'warning',
  info: 'info',
  best: 'star'
};

/** Sentences on a tinted block with an edge; `actions` are buttons below them. */
export function Notice(props: {
  kind: NoticeKind;
  icon?: IconName;
  actions?: React.ReactNode;
  /** Failures of what the user just did are told at once. */
  alert?: boolean;
  children: React.ReactNode;
}): React.ReactElement {
  const { kind, icon = ICONS[kind], actions } = props;
  return (
    <div
      className={`smnb-notice smnb-notice-${kind}`}
      role={props.alert ? 'alert' : undefined}
    >
      <Icon name={icon} size={14} />
      <div>
        {props.children}
        {actions && <div className="smnb-actions">{actions}</div>}
      </div>
    </div>
  );
}
