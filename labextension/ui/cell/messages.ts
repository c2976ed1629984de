// The kernel, as the widget's host reaches it: messages over the widget's own channel.

import { CommandError } from '../host';
import type { Problem, Snapshot, Watching } from '../shapes';

/** What ipywidgets calls it that a widget's kernel has gone; others do not tell. */
export const CHANNEL_CHANGED = 'comm_live_update';

/** What this needs of a widget's model. */
export interface Channel {
  send(content: object, callbacks?: undefined, buffers?: ArrayBuffer[]): void;
  on(event: 'msg:custom', listener: (message: Message) => void): void;
  on(event: typeof CHANNEL_CHANGED, listener: () => void): void;
  off(event: 'msg:custom', listener: (message: Message) => void): void;
  off(event: typeof CHANNEL_CHANGED, listener: () => void): void;
}

/** What the kernel sends: a snapshot, or the answer to the request of that id. */
export type Message =
  | { snapshot: Snapshot }
  | { id: string; result: unknown }
  | { id: string; problem: Problem };

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/** The channel of one view of a widget; others may show the same model. */
export class Messages {
  constructor(
    private readonly channel: Channel,
    private readonly onSnapshot: (snapshot: Snapshot) => void,
    private readonly onGone: () => void
  ) {
    channel.on('msg:custom', this.take);
    channel.on(CHANNEL_CHANGED, onGone);
  }

  /** Sends a request; rejects with a `CommandError`. */
  request(name: string, args: object, buffers: ArrayBuffer[] = []): Promise<unknown> {
    const id = `${this.view}-${this.count++}`;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.channel.send({ id, name, args }, undefined, buffers);
    });
  }

  /** Says whether this view can be seen. */
  say(watching: Watching): void {
    this.channel.send({ view: this.view, watching });
  }

  close(): void {
    this.say({ visible: false });
    this.channel.off('msg:custom', this.take);
    this.channel.off(CHANNEL_CHANGED, this.onGone);
    this.waiting.clear();
  }

  private readonly take = (message: Message): void => {
    if ('snapshot' in message) {
      this.onSnapshot(message.snapshot);
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if ('problem' in message) {
      waiting?.reject(new CommandError(message.problem));
    } else {
      waiting?.resolve(message.result);
    }
  };

  // All views of a model get all of its messages: an id says whose answer it is.
  private readonly view = Math.random().toString(36).slice(2, 10);
  private readonly waiting = new Map<string, Waiting>();
  private count = 0;
}
