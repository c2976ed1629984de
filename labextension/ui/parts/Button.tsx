import * as React from 'react';

import { Icon, type IconName } from './Icon';

interface ButtonProps {
  kind?: 'primary' | 'plain' | 'ghost' | 'danger';
  /** What it does now, as `Applying…`; it keeps its width and cannot be pressed. */
  busy?: string | false;
  disabled?: boolean;
  onClick: (event: React.MouseEvent<HTMLButtonElement>) => void;
  title?: string;
  icon?: IconName;
  /** -1 where arrow keys lead to it. */
  tabIndex?: number;
  autoFocus?: boolean;
  children: React.ReactNode;
}

/** A button whose words name the deed. */
export function Button(props: ButtonProps): React.ReactElement {
  const { kind = 'plain', busy = false, disabled, icon, children } = props;
  return (
    <button
      type="button"
      className={`smnb-button smnb-button-${kind}`}
      disabled={disabled || busy !== false}
      aria-busy={busy !== false || undefined}
      onClick={props.onClick}
      title={props.title}
      tabIndex={props.tabIndex}
      autoFocus={props.autoFocus}
    >
      {/* Both lie in one grid cell, so that the wider one sets the width. */}
      <span className={busy === false ? undefined : 'smnb-button-away'}>
        {icon && <Icon name={icon} size={13} />}
        {children}
      </span>
      {busy !== false && <span>{busy}</span>}
    </button>
  );
}

/** A button that is only an icon; the label is spoken and is its tooltip. */
export function IconButton(props: {
  icon: IconName;
  label: string;
  onClick: (event: React.MouseEvent<HTMLButtonElement>) => void;
  disabled?: boolean;
  pressed?: boolean;
  tabIndex?: number;
  /** Whether it opens a menu, and whether that is open. */
  menu?: boolean;
  expanded?: boolean;
  size?: number;
}): React.ReactElement {
  return (
    <button
      type="button"
      className="smnb-icon-button"
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      aria-haspopup={props.menu ? 'menu' : undefined}
      aria-expanded={props.menu ? Boolean(props.expanded) : undefined}
      disabled={props.disabled}
      tabIndex={props.tabIndex}
      onClick={props.onClick}
    >
      <Icon name={props.icon} size={props.size ?? 14} />
    </button>
  );
}

/** A deed within a sentence. */
export function Link(props: {
  onClick: () => void;
  disabled?: boolean;
  children: React.ReactNode;
}): React.ReactElement {
  return (
    <button
      type="button"
      className="smnb-link"
      disabled={props.disabled}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}
