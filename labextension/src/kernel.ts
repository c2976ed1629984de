// Calls in the kernel of the notebook in front, since a variable lives there.

import type { INotebookTracker } from '@jupyterlab/notebook';

import { CommandError, type Host, type KernelCalls } from '../ui/host';
import type { Problem } from '../ui/shapes';

/** The functions of this module answer `{result}` or `{problem}` as JSON. */
const MODULE = 'smnb.jupyter.kernel';

/** Calls that leave the notebook's own names and history as they are. */
export function kernelCalls(notebooks: INotebookTracker, t: Host['t']): KernelCalls {
  const call = async <Result>(name: string, ...args: (string | null)[]) => {
    const kernel = notebooks.currentWidget?.sessionContext.session?.kernel;
    if (!kernel) {
      throw problem(t('Open a notebook first: its variables are offered here.'));
    }
    const list = args.map(python).join(', ');
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
  };
  return {
    variables: () => call('variables'),
    plan: (endpoint, variable, route) => call('plan', endpoint, variable, route),
    test: (endpoint, variable, route) => call('test', endpoint, variable, route)
  };
}

/** A JSON string is a string literal of Python too. */
function python(value: string | null): string {
  return value === null ? 'None' : JSON.stringify(value);
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
    throw problem(evalue ?? '');
  }
  return json.result;
}

function problem(text: string): CommandError {
  return new CommandError({
    code: 'other',
    title: text,
    text,
    copy: null,
    retry_at: null
  });
}
