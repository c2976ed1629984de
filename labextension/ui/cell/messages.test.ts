import { expect, test } from 'vitest';

import { CommandError } from '../host';
import type { Problem, Snapshot } from '../shapes';
import { Messages, type Channel, type Message } from './messages';

interface Sent {
  id: string;
  name: string;
  args: object;
}

/** A model whose kernel is this test. */
class Model implements Channel {
  sent: Sent[] = [];
  listeners = new Set<(message: Message) => void>();
  ends = new Set<(message: Message) => void>();

  send(content: object): void {
    this.sent.push(content as Sent);
  }

  on(event: string, listener: (message: Message) => void): void {
    (event === 'msg:custom' ? this.listeners : this.ends).add(listener);
  }

  off(_event: string, listener: (message: Message) => void): void {
    this.listeners.delete(listener);
  }

  tell(message: Message): void {
    this.listeners.forEach(listener => listener(message));
  }
}

const ignore = (): void => undefined;

test('each view of a model gets the answers to its own requests', async () => {
  const model = new Model();
  const views = [
    new Messages(model, ignore, ignore),
    new Messages(model, ignore, ignore)
  ];
  const answers = views.map(view => view.request('cost', { name: 'faces' }));
  expect(model.sent.map(message => message.name)).toEqual(['cost', 'cost']);
  [...model.sent].reverse().forEach(({ id }, index) => {
    model.tell({ id, result: index });
  });
  expect(await Promise.all(answers)).toEqual([1, 0]);
});

test('a problem of the kernel is a command that failed', async () => {
  const model = new Model();
  const answer = new Messages(model, ignore, ignore).request('cost', {});
  const problem = { code: 'gone', title: 'Gone', text: 'It is gone.' } as Problem;
  model.tell({ id: model.sent[0]?.id ?? '', problem });
  await expect(answer).rejects.toEqual(new CommandError(problem));
});

test('snapshots go to all views until they close', () => {
  const model = new Model();
  const seen: string[] = [];
  const views = ['a', 'b'].map(
    name => new Messages(model, () => seen.push(name), ignore)
  );
  const snapshot = {} as Snapshot;
  model.tell({ snapshot });
  views[0]?.close();
  model.tell({ snapshot });
  expect(seen).toEqual(['a', 'b', 'b']);
  expect(model.sent.at(-1)).toMatchObject({ watching: { visible: false } });
});

test('a view is told that its kernel has gone', () => {
  const model = new Model();
  let gone = 0;
  const view = new Messages(model, ignore, () => gone++);
  model.ends.forEach(end => end({} as Message));
  view.close();
  expect(gone).toBe(1);
});
