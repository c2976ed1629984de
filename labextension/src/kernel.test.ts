import { expect, test, vi } from 'vitest';

import { CommandError, type Host } from '../ui/host';
import { Kernel } from './kernel';

type Notebooks = ConstructorParameters<typeof Kernel>[0];

/** A notebook whose kernel answers each expression so; what it was asked. */
function notebook(...answers: unknown[]) {
  const asked: string[] = [];
  const kernel = {
    requestExecute: (request: { user_expressions: { answer: string } }) => {
      asked.push(request.user_expressions.answer);
      const data = { 'application/json': answers.shift() };
      const content = { status: 'ok', user_expressions: { answer: { data } } };
      return { done: Promise.resolve({ content }) };
    }
  };
  const currentWidget = { sessionContext: { session: { kernel } } };
  return { asked, notebooks: { currentWidget } as unknown as Notebooks };
}

const t: Host['t'] = text => text;
const OF_VARIABLE = {
  name: 'faces',
  source: { kind: 'variable' as const, name: 'it"s' },
  route: null
};

test('what is about a variable is done in the kernel, all else by the server', async () => {
  const { asked, notebooks } = notebook(
    { result: { id: 'a1' } },
    { result: { id: 'a1', state: 'done' } }
  );
  const server = vi.fn(() => Promise.resolve({}));
  const command = new Kernel(notebooks, t).or(server);

  await command('test', OF_VARIABLE);
  await command('pending', { name: 'faces', id: 'a1' });
  expect(asked).toHaveLength(2);
  expect(asked[0]).toMatch(/^__import__.*\.command\("test", "\{.*\}"\)$/);
  const args = /\.command\("test", (".*")\)$/.exec(asked[0] ?? '')?.[1] ?? '';
  expect(JSON.parse(JSON.parse(args) as string)).toEqual(OF_VARIABLE);
  expect(server).not.toHaveBeenCalled();

  await command('pending', { name: 'faces', id: 'of-the-server' });
  await command('test', { ...OF_VARIABLE, source: { kind: 'path', path: 'a.jpg' } });
  expect(server).toHaveBeenCalledTimes(2);
});

test('a problem in the kernel is a command that failed', async () => {
  const problem = { code: 'gone', title: 'It is gone', text: 'No such variable.' };
  const { notebooks } = notebook({ problem });
  const command = new Kernel(notebooks, t).or(vi.fn());

  await expect(command('test', OF_VARIABLE)).rejects.toThrow(CommandError);
});

test('without a notebook it says that one is wanted', async () => {
  const none = { currentWidget: null } as unknown as Notebooks;

  await expect(new Kernel(none, t).variables()).rejects.toThrow(
    /Open one: its variables/
  );
});
