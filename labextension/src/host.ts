// JupyterLab as the place that the UI runs in.

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Clipboard, Notification } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { ITranslator } from '@jupyterlab/translation';

import { DeployView } from '../ui/deploy/DeployView';
import { copied, type CodePlace, type Host } from '../ui/host';
import { switchTarget, TargetMenu } from '../ui/list/TargetMenu';
import { takeLabDrops } from '../ui/test/labDrop';
import { variableSource } from '../ui/test/VariableSource';
import { browse } from './browse';
import { confirmInLab } from './confirm';
import { Kernel } from './kernel';
import { insertCode } from './notebook';
import type { ServerTransport } from './transport';
import { wideIn } from './wide';

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
  const kernel = notebooks && new Kernel(notebooks, t);
  const copy = (text: string): void => Clipboard.copyToSystem(text);
  const asking = {
    t,
    command: kernel ? kernel.or(transport.command) : transport.command,
    confirm: (question => confirmInLab(question, t)) satisfies Host['confirm']
  };
  return {
    ...asking,
    subscribe: transport.subscribe,
    upload: transport.upload,
    copy,
    code: notebooks ? cells(notebooks, t) : copied(copy, t),
    DeployForm: DeployView,
    takeDrops: takeLabDrops,
    wide: wideIn(app, t),
    targets: {
      show: (target, label, running) => switchTarget(asking, target, label, running),
      Menu: TargetMenu
    },
    ...(documents && { browse: () => browse(documents, translator) }),
    ...(kernel && { VariableSource: variableSource(() => kernel.variables()) })
  };
}

/** The notebook in front as the place for code. */
function cells(notebooks: INotebookTracker, t: Host['t']): CodePlace {
  return {
    give: code => {
      if (!insertCode(notebooks, code)) {
        Notification.warning(t('Open a notebook first, then insert the code.'));
      }
    },
    label: t('Insert code'),
    labelFor: 'Insert code for %1',
    done: t('Inserted.')
  };
}
