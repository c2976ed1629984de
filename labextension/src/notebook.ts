// What the panel does in the notebook in front.

import { type INotebookTracker, NotebookActions } from '@jupyterlab/notebook';

/** Puts code into a new cell below the active one, or into that if it is empty. */
export function insertCode(tracker: INotebookTracker, code: string): boolean {
  const notebook = tracker.currentWidget?.content;
  if (!notebook) {
    return false;
  }
  const active = notebook.activeCell?.model;
  if (active?.type !== 'code' || active.sharedModel.source.trim() !== '') {
    NotebookActions.insertBelow(notebook);
  }
  notebook.activeCell?.model.sharedModel.setSource(code);
  return true;
}
