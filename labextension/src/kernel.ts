// The kernel of the notebook in front, since a variable lives there.

import type { INotebookTracker } from '@jupyterlab/notebook';

import { CommandError, type Host } from '../ui/host';
import type { Commands, Pending, Problem } from '../ui/shapes';

/** The functions of this module answer `{result}` or `{problem}` as JSON. */
const MODULE = 'smnb.jupyter.kernel';

/** Calls that leave the notebook's own names and history as they are. */
export class Kernel {
  constructor(
    private readonly notebooks: INotebookTracker,
    private readonly t: Host['t']
  ) {}

  /** Names of what could be sent, the newest first. */
  variables(): Promise<string[]> {
    return this.call('variables');
  }

  /** Has commands that are about a variable done here, all others by the server. */
  or(server: Host['command']): Host['command'] {
    return async (name, args) => {
      if (!this.takes(args)) {
        return server(name, args);
      }
      const result = await this.call<Commands[typeof name]['result']>(
        'command',
        name,
        JSON.stringify(args)
      );
      if (name === 'test') {
        this.sent.add((result as Pending).id);
      }
      return result;
    };
  }

  /** Whether it is a variable that is sent, or was. */
  private takes(args: Commands[keyof Commands]['args']): boolean {
    return (
      ('source' in args && args.source.kind === 'variable') ||
      ('id' in args && this.sent.has(args.id))
    );
  }

  private async call<Result>(name: string, ...args: string[]): Promise<Result> {
    const kernel = this.notebooks.currentWidget?.sessionContext.session?.kernel;
    if (!kernel) {
      throw new CommandError({
        code: 'other',
        title: this.t('No notebook is open'),
        text: this.t('Open one: its variables are offered here.'),
        copy: null,
        retry_at: null
      });
    }
    // A JSON string is a string literal of Python too.
    const list = args.map(arg => JSON.stringify(arg)).join(', ');
    const done = await kernel.requestExecute({
      code: '',
      silent: true,
      store_history: false,
      user_expressions: {
        answer: `__import__("importlib").import_module("${MODULE}").${name}(${list})`
      }
    }).done;
    const { content } = done;
    const answer = content.status === 'ok' ? content.user_expressions.answer : content;
    return answered(answer) as Result;
  }

  private readonly sent = new Set<string>();
}

/** The result of what the kernel sent back for an expression. */
function answered(answer: unknown): unknown {
  const { data, evalue } = answer as {
    data?: Record<string, unknown>;
    evalue?: string;
  };
  const json = data?.['application/json'] as
    { result: unknown } | { problem: Problem } | undefined;
  if (json && 'problem' in json) {
    throw new CommandError(json.problem);
  }
  if (!json) {
    throw new Error(evalue);
  }
  return json.result;
}
