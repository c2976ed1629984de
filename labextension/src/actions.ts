// The commands, and where JupyterLab offers them.

import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  type ICommandPalette,
  MainAreaWidget,
  Notification,
  type WidgetTracker
} from '@jupyterlab/apputils';
import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { ILauncher } from '@jupyterlab/launcher';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { problemOf } from '../ui/answer';
import type { View } from '../ui/App';
import type { TabId } from '../ui/detail/Detail';
import type { Host } from '../ui/host';
import { deleteAllIdle } from '../ui/list/deeds';
import { storeOf } from '../ui/store';
import { isArchive } from './browse';
import { Command } from './commands';
import { icon } from './icon';
import { Panel } from './panel';
import type { Watchers } from './watchers';

const CATEGORY = 'SageMaker';
const TABS: readonly string[] = ['cost', 'test', 'metrics', 'logs', 'settings'];

interface ActionParts {
  app: JupyterFrontEnd;
  host: Host;
  watchers: Watchers;
  panel: Panel;
  tabs: WidgetTracker<MainAreaWidget<Panel>>;
  browsers: IFileBrowserFactory | null;
  palette: ICommandPalette | null;
  launcher: ILauncher | null;
}

/** Adds all commands. */
export function addActions(parts: ActionParts): void {
  const { app, host, panel, palette, launcher } = parts;
  const { t } = host;
  const show = (view?: View): void => {
    if (view) {
      panel.go(view);
    }
    app.shell.activateById(panel.id);
  };

  app.commands.addCommand(Command.show, {
    label: args =>
      args.isLauncher === true
        ? t('SageMaker Endpoints')
        : t('Show SageMaker Endpoints'),
    caption: t('What runs, how it does, what it costs'),
    icon,
    execute: args => show(viewOf(args))
  });
  app.commands.addCommand(Command.open, {
    label: t('Open SageMaker Endpoint'),
    execute: args => openTab(parts, args)
  });
  app.commands.addCommand(Command.deploy, {
    label: t('Deploy to SageMaker…'),
    caption: t('Put a model behind an endpoint; nothing is created before you agree'),
    icon,
    isVisible: args => args.path !== undefined || pathOf(parts.browsers) !== '',
    execute: args => {
      const path = typeof args.path === 'string' ? args.path : pathOf(parts.browsers);
      show(path ? { view: 'deploy', path } : { view: 'deploy' });
    }
  });
  app.commands.addCommand(Command.insertCode, {
    label: t('Insert Code That Calls a SageMaker Endpoint'),
    execute: args =>
      typeof args.name === 'string' ? insertCode(host, args.name) : undefined
  });
  app.commands.addCommand(Command.deleteIdle, {
    label: t('Delete All Idle SageMaker Endpoints…'),
    isEnabled: () => (storeOf(host).get().head?.counts.idle ?? 0) > 0,
    execute: () => deleteIdle(host)
  });

  for (const command of [Command.show, Command.deleteIdle]) {
    palette?.addItem({ command, category: CATEGORY });
  }
  palette?.addItem({ command: Command.deploy, category: CATEGORY, args: { path: '' } });
  launcher?.add({
    command: Command.show,
    category: 'Other',
    args: { isLauncher: true }
  });
}

/** The endpoint and tab that a command's arguments name. */
function viewOf(args: ReadonlyPartialJSONObject): View | undefined {
  const { name, tab } = args;
  if (typeof name !== 'string') {
    return undefined;
  }
  return typeof tab === 'string' && TABS.includes(tab)
    ? { view: 'endpoint', name, tab: tab as TabId }
    : { view: 'endpoint', name };
}

/** Opens an endpoint in the main area, or shows the tab that has it. */
async function openTab(
  parts: ActionParts,
  args: ReadonlyPartialJSONObject
): Promise<void> {
  const { app, host, watchers, tabs } = parts;
  const start = viewOf(args);
  if (start?.view !== 'endpoint') {
    return;
  }
  const id = `smnb-${start.name}${start.tab === 'logs' ? '-logs' : ''}`;
  let tab = tabs.find(widget => widget.id === id);
  if (!tab) {
    const content = new Panel({ host, watchers, start, wide: true });
    tab = new MainAreaWidget({ content });
    tab.id = id;
    tab.title.label =
      start.tab === 'logs' ? host.t('Log of %1', start.name) : start.name;
    tab.title.icon = icon;
    tab.title.closable = true;
    tab.toolbar.hide();
    await tabs.add(tab);
    app.shell.add(tab, 'main');
  } else if (start.tab) {
    tab.content.go(start);
  }
  app.shell.activateById(id);
}

/** The folder or archive that is chosen in the file browser; "" if none is. */
function pathOf(browsers: IFileBrowserFactory | null): string {
  const chosen = [...(browsers?.tracker.currentWidget?.selectedItems() ?? [])];
  const [item] = chosen;
  const can =
    chosen.length === 1 && (item?.type === 'directory' || isArchive(item?.path ?? ''));
  return can && item ? item.path : '';
}

/** Puts code that calls an endpoint into the notebook in front. */
async function insertCode(host: Host, name: string): Promise<void> {
  await tellFailure(host, async () => {
    const { code } = await host.command('facts', { name });
    host.code.give(code);
  });
}

/** Deletes what nobody calls and costs, after it asked. */
async function deleteIdle(host: Host): Promise<void> {
  const { head, rows } = storeOf(host).get();
  if (head) {
    await tellFailure(host, () => deleteAllIdle(host, head.target, rows));
  }
}

/** Does something, and tells if that failed. */
export async function tellFailure(
  host: Host,
  deed: () => Promise<void>
): Promise<void> {
  try {
    await deed();
  } catch (error) {
    Notification.error(problemOf(error, host).text);
  }
}
