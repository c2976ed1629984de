// A model that is dragged onto the panel; files for a test are taken by its Test view.

import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';
import type { Drag } from '@lumino/dragdrop';

import { isArchive } from './browse';

/** What the file browser's items are while they are dragged: a list of paths. */
const CONTENTS = 'application/x-jupyter-icontents';

interface DropOptions {
  node: HTMLElement;
  contents: Contents.IManager;
  browsers: IFileBrowserFactory | null;
  deploy: (path: string) => void;
}

/** Takes models that are dragged onto a node. */
export function takeDrops(options: DropOptions): void {
  const { node, contents, browsers, deploy } = options;

  const over = (event: Event): void => {
    const drag = event as Drag.Event;
    if (drag.mimeData.hasData(CONTENTS)) {
      drag.preventDefault();
      drag.stopPropagation();
      drag.dropAction = drag.proposedAction;
    }
  };
  const drop = (event: Event): void => {
    const drag = event as Drag.Event;
    const [path] = (drag.mimeData.getData(CONTENTS) ?? []) as string[];
    if (path === undefined) {
      return;
    }
    over(event);
    void isModel(path, contents).then(model => {
      if (model) {
        deploy(path);
      }
    });
  };
  // An archive from outside the browser is uploaded into the folder that is open.
  const fileOver = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files')) {
      event.preventDefault();
    }
  };
  const fileDrop = (event: DragEvent): void => {
    const [file] = event.dataTransfer?.files ?? [];
    const folder = browsers?.tracker.currentWidget?.model;
    if (!file) {
      return;
    }
    event.preventDefault(); // else the page is left for the file
    const isToBeSent = (event.target as Element).closest('.smnb-source') !== null;
    if (!isToBeSent && folder && isArchive(file.name)) {
      void folder.upload(file).then(uploaded => deploy(uploaded.path));
    }
  };

  node.addEventListener('lm-dragenter', over);
  node.addEventListener('lm-dragover', over);
  node.addEventListener('lm-drop', drop);
  node.addEventListener('dragover', fileOver);
  node.addEventListener('drop', fileDrop);
}

async function isModel(path: string, contents: Contents.IManager): Promise<boolean> {
  if (isArchive(path)) {
    return true;
  }
  const item = await contents.get(path, { content: false });
  return item.type === 'directory';
}
