// JupyterLab as the place that the UI runs in.

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, Notification } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { ITranslator } from '@jupyterlab/translation';

import { DeployView } from '../ui/deploy/DeployView';
import type { Host } from '../ui/host';
import { takeLabDrops } from '../ui/test/labDrop';
import { VariableSource } from '../ui/test/VariableSource';
import { browse } from './browse';
import { Command } from './commands';
import { confirmInLab } from './confirm';
import { kernelCalls } from './kernel';
import { insertCode } from './notebook';
import type { ServerTransport } from './transport';

/** What the host is made of; a part that JupyterLab lacks takes its feature along. */
export interface HostParts {
  app: JupyterFrontEnd;
  transport: ServerTransport;
  translator: ITranslator;
  notebooks: INotebookTracker | null;
  documents: IDocumentManager | null;
}

/** The one host of all panels, tabs and items of this page. */
export function labHost(parts: HostParts): Host {
  const { app, transport, translator, notebooks, documents } = parts;
  const trans = translator.load('smnb');
  const t: Host['t'] = (text, ...args) => trans.__(text, ...args);
  const run = (command: string, args: Record<string, string>) => {
    void app.commands.execute(command, args);
  };
  return {
    subscribe: transport.subscribe,
    command: transport.command,
    upload: transport.upload,
    confirm: question => confirmInLab(question, t),
    copy: text => Clipboard.copyToSystem(text),
    t,
    DeployForm: DeployView,
    takeDrops: takeLabDrops,
    openWide: name => run(Command.open, { name }),
    openLog: name => run(Command.open, { name, tab: 'logs' }),
    ...(documents && { browse: () => browse(documents, translator) }),
    ...(notebooks && {
      kernel: kernelCalls(notebooks, t),
      VariableSource,
      insertCode: code => {
        if (!insertCode(notebooks, code)) {
          Notification.warning(t('Open a notebook first, then insert the code.'));
        }
      }
    })
  };
}
