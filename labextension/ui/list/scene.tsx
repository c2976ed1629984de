// For tests: the list, and the server that pushes to it.

import * as React from 'react';
import { act, screen } from '@testing-library/react';
import { vi } from 'vitest';

import { fakeHost, mount, ROW, type Answers, type FakeHost } from '../fakes';
import type { Link } from '../host';
import type { Row, Snapshot, Target } from '../shapes';
import { EndpointList } from './EndpointList';
import { switchTarget, TargetMenu } from './TargetMenu';

export const LOCAL: Target = {
  name: 'local',
  kind: 'local',
  profile: null,
  region: 'us-east-1',
  account_last4: null
};

export const AWS: Target = {
  name: 'work',
  kind: 'aws',
  profile: 'work',
  region: 'us-east-1',
  account_last4: '4821'
};

export const row = (name: string, change: Partial<Row> = {}): Row => ({
  ...ROW,
  key: `arn:${name}@1`,
  arn: `arn:${name}`,
  name,
  ...change
});

export const snapshot = (change: Partial<Snapshot> = {}): Snapshot => ({
  seq: 1,
  at: Date.now(),
  full: true,
  target: AWS,
  follows_kernel: true,
  targets: [LOCAL, AWS],
  burn: {
    usd_per_hour: 0.447,
    usd_per_month: 330.2,
    shares: [{ name: 'image-seg', fraction: 0.51 }],
    hypothetical: false,
    prices_as_of: '2026-09-09'
  },
  counts: { in_service: 3, changing: 2, failed: 1, idle: 1 },
  rows: [],
  gone: [],
  problem: null,
  stale_since: null,
  jobs: [],
  ...change
});

export interface Scene {
  host: FakeHost;
  push: (change: Partial<Snapshot>) => void;
  setLink: (link: Link) => void;
  onOpen: ReturnType<typeof vi.fn>;
  onDeploy: ReturnType<typeof vi.fn>;
  /** Shows or hides the list, as another view does. */
  hide: (hidden: boolean) => void;
}

/** Shows the list of a snapshot. */
export function show(first: Partial<Snapshot>, answers: Answers = {}): Scene {
  let seq = 1;
  let onSnapshot: (snapshot: Snapshot) => void = () => undefined;
  let onLink: (link: Link) => void = () => undefined;
  const host: FakeHost = {
    ...fakeHost(answers),
    subscribe: (snapshots, links) => {
      onSnapshot = snapshots;
      onLink = links;
      links({ state: 'live' });
      snapshots(snapshot(first));
      return () => undefined;
    }
  };
  host.targets = {
    show: (target, label, running) => switchTarget(host, target, label, running),
    Menu: TargetMenu
  };
  const onOpen = vi.fn();
  const onDeploy = vi.fn();
  let hide: (hidden: boolean) => void = () => undefined;
  function List(): React.ReactElement {
    const [hidden, setHidden] = React.useState(false);
    hide = setHidden;
    return <EndpointList hidden={hidden} onOpen={onOpen} onDeploy={onDeploy} />;
  }
  mount(host, <List />);
  return {
    host,
    onOpen,
    onDeploy,
    push: change => {
      act(() => onSnapshot(snapshot({ seq: ++seq, full: false, ...change })));
    },
    setLink: link => {
      act(() => onLink(link));
    },
    hide: hidden => {
      act(() => hide(hidden));
    }
  };
}

/** The button that opens a row. */
export function opener(name: string): HTMLElement {
  return screen.getByTitle(name);
}

/** The names of the rows, from above. */
export function names(): string[] {
  return [...document.querySelectorAll('.smnb-row-name')].map(each => each.textContent);
}
