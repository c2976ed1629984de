// What the UI needs of the place it runs in: JupyterLab, or a widget in a cell.

import { createContext, useContext, type ComponentType } from 'react';

import type { Anchor } from './parts';
import type { Commands, Problem, Snapshot, Uploaded } from './shapes';
import type { Head } from './store';

/** Whether snapshots arrive; `since` (ms) when they stopped. */
export type Link =
  { state: 'connecting' } | { state: 'live' } | { state: 'lost'; since: number };

/** A question before something that destroys or bills; Cancel has the focus. */
export interface Question {
  title: string;
  /** Plain paragraphs above the rows. */
  text?: string[];
  /** Label and value; what changes has `before` as well. */
  rows?: { label: string; before?: string; value: string }[];
  /** Plain paragraphs below the rows. */
  notes?: string[];
  /** The button's words, which name the deed. */
  deed: string;
  /** Whether it destroys: a red button. */
  destroys?: boolean;
  /** Text that must be typed first. */
  typed?: string;
}

/** A command that failed, told as the server told it. */
export class CommandError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.text);
    this.name = 'CommandError';
  }
}

/** The only thing that a place has to provide; its functions need no `this`. */
export interface Host {
  subscribe: (
    onSnapshot: (snapshot: Snapshot) => void,
    onLink: (link: Link) => void
  ) => () => void;
  /** Rejects with a `CommandError`. */
  command: <Name extends keyof Commands>(
    name: Name,
    args: Commands[Name]['args']
  ) => Promise<Commands[Name]['result']>;
  /** Rejects with a `CommandError`. */
  upload: (file: File) => Promise<Uploaded>;
  confirm: (question: Question) => Promise<boolean>;
  copy: (text: string) => void;
  /** Translates; `%1`, `%2` … stand for the arguments. */
  t: (text: string, ...args: (string | number)[]) => string;
  /** What happened when the link is lost, and what to do, if no server is to blame. */
  lost?: string;
  /** Where code goes: below the active cell, or to the clipboard. */
  code: CodePlace;
  /** The form of a deploy; absent in a cell, where `smnb.deploy()` is a line of code. */
  DeployForm?: ComponentType<{ path?: string | undefined; onBack: () => void }>;
  /** Lets the user choose a model's folder or archive; null if none was chosen. */
  browse?: () => Promise<string | null>;
  /** Takes files of its own browser that are dropped on an element; call to stop. */
  takeDrops?: (
    element: HTMLElement,
    onPath: (path: string) => void,
    onOver: (over: boolean) => void
  ) => () => void;
  /** The main area; absent where there is none. */
  wide?: Wide;
  /** Other places whose endpoints can be shown; absent where that is one for good. */
  targets?: Targets;
  /** Offers the variables of the active notebook's kernel; absent without notebooks. */
  VariableSource?: ComponentType<VariableSourceProps>;
}

declare const SMNB_IN_CELL: true | undefined;

/** What only JupyterLab has; esbuild.mjs leaves all that hangs on it out of a cell's bundle. */
export function ofLab<Part>(part: Part | null | undefined): Part | null {
  return typeof SMNB_IN_CELL === 'undefined' ? (part ?? null) : null;
}

/** Where an endpoint, or its log, has a wide tab of its own. */
export interface Wide {
  open: (endpoint: string, tab?: 'logs') => void;
  label: string;
  Button: ComponentType<{ endpoint: string; tab?: 'logs' }>;
}

/** What changes the place that is shown. */
export interface Targets {
  /** Asks first while `running` jobs go on here; null: the notebook's. */
  show: (target: string | null, label: string, running: number) => Promise<void>;
  Menu: ComponentType<TargetMenuProps>;
}

/** What the menu of a target's badge is given. */
export interface TargetMenuProps {
  head: Head;
  anchor: Anchor;
  onSwitch: (target: string | null, label: string) => void;
  onClose: () => void;
}

/** A place for code, in its own words. */
export interface CodePlace {
  give: (code: string) => void;
  /** As `Insert code`. */
  label: string;
  /** The same for an endpoint, `%1`. */
  labelFor: string;
  /** As `Inserted.` */
  done: string;
}

/** The clipboard as the place for code. */
export function copied(copy: Host['copy'], t: Host['t']): CodePlace {
  return {
    give: copy,
    label: t('Copy code'),
    labelFor: 'Copy code for %1',
    done: t('Copied.')
  };
}

/** What the choice of a variable is given. */
export interface VariableSourceProps {
  variable: string | null;
  onChange: (variable: string | null) => void;
}

export const HostContext = createContext<Host | null>(null);

/** What there is one of for each host, made when it is first asked for. */
export function perHost<Value>(make: (host: Host) => Value): (host: Host) => Value {
  const made = new WeakMap<Host, Value>();
  return host => {
    if (!made.has(host)) {
      made.set(host, make(host));
    }
    return made.get(host) as Value;
  };
}

/** The host of this mount. */
export function useHost(): Host {
  const host = useContext(HostContext);
  if (!host) {
    throw new Error('No host: wrap the UI in a HostContext.Provider');
  }
  return host;
}
