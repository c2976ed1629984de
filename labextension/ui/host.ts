// What the UI needs of the place it runs in: JupyterLab, or a widget in a cell.

import { createContext, useContext, type ComponentType } from 'react';

import type {
  Commands,
  Problem,
  RoutePlan,
  RouteName,
  Snapshot,
  TestReply,
  Uploaded
} from './shapes';

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
  /** Puts code below the active cell; absent where there is no notebook. */
  insertCode?: (code: string) => void;
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
  /** Opens an endpoint in a wide tab of its own. */
  openWide?: (endpoint: string) => void;
  /** Opens an endpoint's log in the main area. */
  openLog?: (endpoint: string) => void;
  /** Variables of the active notebook's kernel, and calls with one of them. */
  kernel?: KernelCalls;
  /** Offers those variables; there where `kernel` is. */
  VariableSource?: ComponentType<VariableSourceProps>;
}

/** What the choice of a variable is given. */
export interface VariableSourceProps {
  kernel: KernelCalls;
  variable: string | null;
  onChange: (variable: string | null) => void;
}

/** Calls made in the notebook's kernel, since a variable lives there. */
export interface KernelCalls {
  variables: () => Promise<string[]>;
  plan: (
    endpoint: string,
    variable: string,
    route: RouteName | null
  ) => Promise<RoutePlan>;
  test: (
    endpoint: string,
    variable: string,
    route: RouteName | null
  ) => Promise<TestReply>;
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
