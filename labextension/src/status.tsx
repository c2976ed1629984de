// What is in service and what it costs, in the status bar.

import { GroupItem, TextItem } from '@jupyterlab/statusbar';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { clock, usdPerHour } from '../ui/format';
import type { Host } from '../ui/host';
import { Icon, type IconName } from '../ui/parts';
import { storeOf, useStore, type Head, type State } from '../ui/store';

/** What the item says. */
export interface StatusWords {
  text: string;
  icon: IconName;
}

/** The words for a state; null where there is nothing to say. */
export function statusWords(state: State, t: Host['t']): StatusWords | null {
  const { head, rows } = state;
  if (head?.problem?.code === 'signed-out') {
    return { text: t('AWS sign-in expired'), icon: 'key' };
  }
  if (!head || rows.size === 0) {
    return null;
  }
  const { in_service: running, idle } = head.counts;
  const isLocal = head.target.kind === 'local';
  const parts = [
    ...(isLocal ? [t('local')] : []),
    t('%1 in service', running),
    ...(isLocal ? [] : priceOf(head, t)),
    ...(idle && !isLocal ? [t('%1 idle', idle)] : [])
  ];
  const warns = idle > 0 && !isLocal;
  return { text: parts.join(' · '), icon: warns ? 'warning' : 'cube' };
}

function priceOf(head: Head, t: Host['t']): string[] {
  const { usd_per_hour: price } = head.burn;
  return price === null ? [] : [usdPerHour(t, price)];
}

function StatusItem(props: { host: Host; onClick: () => void }): React.ReactElement {
  const { host, onClick } = props;
  const state = useStore(host);
  const words = statusWords(state, host.t);
  if (!words || !state.head) {
    return <></>;
  }
  const title = host.t(
    'SageMaker endpoints at %1. Click to show them.',
    clock(state.head.at)
  );
  return (
    <GroupItem
      spacing={4}
      className={`smnb-status smnb-status-${words.icon}`}
      role="button"
      tabIndex={0}
      title={title}
      onClick={onClick}
      onKeyDown={event => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          onClick();
        }
      }}
    >
      <Icon name={words.icon} size={14} />
      <TextItem source={words.text} />
    </GroupItem>
  );
}

/** The item of the status bar; a click opens the panel. */
export class StatusWidget extends ReactWidget {
  constructor(
    private readonly host: Host,
    private readonly onClick: () => void
  ) {
    super();
    this.addClass('jp-mod-highlighted');
    this.unsubscribe = storeOf(host).subscribe(this.follow);
    this.follow();
  }

  override dispose(): void {
    this.unsubscribe();
    super.dispose();
  }

  protected render(): React.ReactElement {
    return <StatusItem host={this.host} onClick={this.onClick} />;
  }

  private readonly follow = (): void => {
    this.setHidden(statusWords(storeOf(this.host).get(), this.host.t) === null);
  };

  private readonly unsubscribe: () => void;
}
