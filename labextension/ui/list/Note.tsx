import * as React from 'react';

import { Button, Icon, type IconName } from '../parts';

/** What a row has to say: an icon, sentences, and what can be done. */
export function Note(props: {
  icon: IconName;
  kind: 'error' | 'warning';
  children: React.ReactNode;
  actions?: React.ReactNode;
}): React.ReactElement {
  return (
    <div className={`smnb-note smnb-note-${props.kind}`}>
      <Icon name={props.icon} size={12} />
      <div>
        {props.children}
        {props.actions && <div className="smnb-actions">{props.actions}</div>}
      </div>
    </div>
  );
}

/** A button in a row; `tabIndex` -1 where the arrow keys lead to it, not Tab. */
export function RowButton(props: {
  off?: boolean;
  tabIndex?: number;
  onClick: () => void;
  children: React.ReactNode;
}): React.ReactElement {
  return (
    <Button
      tabIndex={props.tabIndex ?? 0}
      disabled={props.off ?? false}
      onClick={props.onClick}
    >
      {props.children}
    </Button>
  );
}
