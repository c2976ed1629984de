// What the buttons of a job's notification do.

import type { JupyterFrontEnd } from '@jupyterlab/application';

import type { Host } from '../ui/host';
import { tellFailure } from './actions';
import { stopJob } from '../ui/list/deeds';
import { Command } from './commands';
import type { NoticeDeeds } from './notices';

/** The deeds, as commands of JupyterLab and of the server extension. */
export function noticeDeeds(app: JupyterFrontEnd, host: Host): NoticeDeeds {
  const run = (command: string, args: Record<string, string>): void => {
    void app.commands.execute(command, args);
  };
  return {
    show: name => run(Command.show, { name }),
    test: name => run(Command.show, { name, tab: 'test' }),
    log: name => run(Command.show, { name, tab: 'logs' }),
    insertCode: name => run(Command.insertCode, { name }),
    deployAgain: job => run(Command.deploy, { path: job.model_path ?? '' }),
    stop: job => void tellFailure(host, () => stopJob(host, job))
  };
}
