// What the buttons of a job's notification do.

import type { JupyterFrontEnd } from '@jupyterlab/application';

import type { Host } from '../ui/host';
import type { Job } from '../ui/shapes';
import { tellFailure } from './actions';
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

/** Stops a job, after it asked. */
async function stopJob(host: Host, job: Job): Promise<void> {
  const { t } = host;
  const isDeploy = job.deed === 'deploy';
  const agreed = await host.confirm({
    title: isDeploy
      ? t('Stop the deploy of %1?', job.endpoint)
      : t('Stop waiting for %1?', job.endpoint),
    text: [
      isDeploy
        ? t('What it made so far is removed.')
        : t('AWS finishes what it has begun; the list shows how that ends.')
    ],
    deed: isDeploy ? t('Stop and undo') : t('Stop waiting'),
    destroys: isDeploy
  });
  if (agreed) {
    await host.command('stop', { job: job.id });
  }
}
