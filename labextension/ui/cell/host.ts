// A cell's output as the place that the UI runs in; nothing of JupyterLab is needed.

import { copied, type Host } from '../host';
import { ask } from '../parts/Dialog';
import type { Commands, Snapshot, Uploaded } from '../shapes';
import { watchVisible } from '../visible';
import { Messages, type Channel } from './messages';

/** Who looks says so again after so long. */
const STILL_MS = 600_000;

/** The host of one view of a widget, in its element. */
export function cellHost(channel: Channel, el: HTMLElement): Host {
  const toClipboard = (text: string) => copy(text, el);
  let messages: Messages | undefined;
  const request = (name: string, args: object, buffers?: ArrayBuffer[]) => {
    if (!messages) {
      throw new Error('The widget is not shown');
    }
    return messages.request(name, args, buffers);
  };
  return {
    subscribe: (onSnapshot, onLink) => {
      onLink({ state: 'connecting' });
      let isLive = false;
      const take = (snapshot: Snapshot) => {
        if (!isLive) {
          isLive = true;
          onLink({ state: 'live' });
        }
        onSnapshot(snapshot);
      };
      const opened = new Messages(channel, take, () => {
        isLive = false;
        onLink({ state: 'lost', since: Date.now() });
      });
      messages = opened;
      let seen = false;
      const stop = watchVisible(el, visible => {
        seen = visible;
        opened.say({ visible });
      });
      // The kernel takes a long silence for a page that was closed.
      const timer = setInterval(() => seen && opened.say({ visible: true }), STILL_MS);
      return () => {
        stop();
        clearInterval(timer);
        opened.close();
      };
    },
    command: async <Name extends keyof Commands>(
      name: Name,
      args: Commands[Name]['args']
    ) => (await request(name, args)) as Commands[Name]['result'],
    upload: async file =>
      (await request('upload', { name: file.name }, [
        await file.arrayBuffer()
      ])) as Uploaded,
    confirm: question => ask(el, question, t),
    copy: toClipboard,
    code: copied(toClipboard, t),
    lost: t('The kernel has gone: run the cell again.'),
    t
  };
}

/** Fills in the arguments; a cell has no catalogue of translations. */
const t: Host['t'] = (text, ...args) =>
  text.replace(/%(\d)/g, (mark, digit: string) =>
    String(args[Number(digit) - 1] ?? mark)
  );

function copy(text: string, el: HTMLElement): void {
  navigator.clipboard.writeText(text).catch(() => {
    // An output frame may not use the clipboard; a selection it may copy.
    const field = el.ownerDocument.createElement('textarea');
    field.value = text;
    el.append(field);
    field.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- works without permission
    el.ownerDocument.execCommand('copy');
    field.remove();
  });
}
