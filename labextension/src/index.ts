// The extension of JupyterLab: a panel and tabs, a status item, notifications.

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  type MainAreaWidget,
  Notification,
  WidgetTracker
} from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';

import { storeOf } from '../ui/store';
import { addActions } from './actions';
import { Command } from './commands';
import { takeDrops } from './drop';
import { labHost } from './host';
import { icon } from './icon';
import { noticeDeeds } from './jobs';
import { Notices } from './notices';
import { Panel } from './panel';
import { StatusWidget } from './status';
import { IEndpoints } from './tokens';
import { ServerTransport } from './transport';

/** The plugin that has the settings. */
const PANEL = 'smnb-labextension:panel';

const endpoints: JupyterFrontEndPlugin<IEndpoints> = {
  id: 'smnb-labextension:endpoints',
  description: 'Keeps the connection to the server extension.',
  autoStart: true,
  provides: IEndpoints,
  optional: [ITranslator, INotebookTracker, IDocumentManager],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    notebooks: INotebookTracker | null,
    documents: IDocumentManager | null
  ) => {
    const trans = (translator ?? nullTranslator).load('smnb');
    const transport = new ServerTransport((text, ...args) => trans.__(text, ...args));
    const host = labHost({
      app,
      transport,
      translator: translator ?? nullTranslator,
      notebooks,
      documents
    });
    return { host, watchers: transport.watchers };
  }
};

const panel: JupyterFrontEndPlugin<void> = {
  id: PANEL,
  description: 'Shows SageMaker endpoints: what runs, how it does, what it costs.',
  autoStart: true,
  requires: [IEndpoints],
  optional: [ICommandPalette, IFileBrowserFactory, ILauncher, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    { host, watchers }: IEndpoints,
    palette: ICommandPalette | null,
    browsers: IFileBrowserFactory | null,
    launcher: ILauncher | null,
    restorer: ILayoutRestorer | null
  ) => {
    const side = new Panel({ host, watchers, start: { view: 'list' }, wide: false });
    side.id = 'smnb-panel';
    side.title.icon = icon;
    side.title.caption = host.t('SageMaker endpoints');
    app.shell.add(side, 'right', { rank: 900, type: 'SageMaker Endpoints' });
    restorer?.add(side, side.id);
    takeDrops({
      node: side.node,
      contents: app.serviceManager.contents,
      browsers,
      deploy: path => void app.commands.execute(Command.deploy, { path })
    });

    const tabs = new WidgetTracker<MainAreaWidget<Panel>>({ namespace: 'smnb' });
    addActions({ app, host, watchers, panel: side, tabs, browsers, palette, launcher });
    void restorer?.restore(tabs, {
      command: Command.open,
      args: tab => tab.content.args,
      name: tab => tab.id
    });
  }
};

const status: JupyterFrontEndPlugin<void> = {
  id: 'smnb-labextension:status',
  description: 'Says in the status bar what is in service and what it costs.',
  autoStart: true,
  requires: [IEndpoints, IStatusBar],
  optional: [ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    { host }: IEndpoints,
    statusBar: IStatusBar,
    settings: ISettingRegistry | null
  ) => {
    void showWhile(settings, 'statusBar', () => {
      const item = new StatusWidget(
        host,
        () => void app.commands.execute(Command.show)
      );
      const options = { item, align: 'right', rank: 80 } as const;
      return statusBar.registerStatusItem('smnb-labextension:status', options);
    });
  }
};

const notices: JupyterFrontEndPlugin<void> = {
  id: 'smnb-labextension:notices',
  description: 'Tells of deploys, updates and deletes as notifications.',
  autoStart: true,
  requires: [IEndpoints],
  optional: [ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    { host }: IEndpoints,
    settings: ISettingRegistry | null
  ) => {
    const deeds = noticeDeeds(app, host);
    void showWhile(
      settings,
      'notifications',
      () => new Notices(Notification, storeOf(host), host.t, deeds)
    );
  }
};

/** Shows a part, and takes it away, as a setting says; without settings it is shown. */
async function showWhile(
  registry: ISettingRegistry | null,
  name: string,
  show: () => IDisposable
): Promise<void> {
  const settings = await registry?.load(PANEL).catch(() => undefined);
  let shown: IDisposable | undefined;
  const update = (): void => {
    if (settings?.get(name).composite === false) {
      shown?.dispose();
      shown = undefined;
    } else {
      shown ??= show();
    }
  };
  settings?.changed.connect(update);
  update();
}

export default [endpoints, panel, status, notices];
