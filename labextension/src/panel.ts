// The UI in a widget of JupyterLab: the sidebar's panel, or a tab of the main area.

import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { mount, type Mounted, type View } from '../ui/App';
import type { Host } from '../ui/host';
import type { Watchers } from './watchers';

interface PanelOptions {
  host: Host;
  watchers: Watchers;
  start: View;
  /** Whether it is in the main area. */
  wide: boolean;
}

/** Mounted when it is shown for the first time, since most sessions never open it. */
export class Panel extends Widget {
  constructor(private readonly options: PanelOptions) {
    super();
    this.view = options.start;
    this.addClass('smnb-panel');
    this.node.tabIndex = -1;
  }

  /** Goes to another view. */
  go(view: View): void {
    this.view = view;
    this.mounted?.show(view);
  }

  /** What opens the same again; see `Command.open`. */
  get args(): ReadonlyPartialJSONObject {
    const { start } = this.options;
    return start.view === 'endpoint' ? { ...start } : {};
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.options.watchers.set(this, false);
      this.mounted?.unmount();
      super.dispose();
    }
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.seen();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.seen();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.options.watchers.set(this, false);
  }

  protected override onBeforeDetach(message: Message): void {
    super.onBeforeDetach(message);
    this.options.watchers.set(this, false);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    // Not the first control of the page it left: the panel's own, or itself.
    const target = this.node.querySelector<HTMLElement>(
      '.smnb-view:not([hidden]) :is([tabindex="0"], button, input)'
    );
    (target ?? this.node).focus({ preventScroll: true });
  }

  private seen(): void {
    if (this.isVisible) {
      const { host, watchers, wide } = this.options;
      this.mounted ??= mount(this.node, host, this.view, wide);
      watchers.set(this, true);
    }
  }

  private view: View;
  private mounted: Mounted | undefined;
}
