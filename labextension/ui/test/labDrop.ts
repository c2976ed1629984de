// A file dragged from JupyterLab's file browser, which has drag events of its own.

import type { Host } from '../host';

/** What of such an event is used; its `mimeData` holds the paths. */
interface LabDragEvent extends Event {
  mimeData: { getData: (type: string) => unknown };
  dropAction: string;
  /** The one that the file browser supports. */
  proposedAction: string;
}

const PATHS = 'application/x-jupyter-icontents';
const ENTER = ['lm-dragenter', 'lm-dragover'];
const TYPES = [...ENTER, 'lm-dragleave', 'lm-drop'];

/** Takes the first path of what is dropped from the file browser; call to stop. */
export const takeLabDrops: NonNullable<Host['takeDrops']> = (
  element,
  onPath,
  onOver
) => {
  const handle = (event: Event): void => {
    const path = pathIn(event);
    if (event.type === 'lm-dragleave' || path === null) {
      onOver(false);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const drag = event as LabDragEvent;
    drag.dropAction = drag.proposedAction;
    onOver(ENTER.includes(event.type));
    if (event.type === 'lm-drop') {
      onPath(path);
    }
  };
  TYPES.forEach(type => element.addEventListener(type, handle));
  return () => TYPES.forEach(type => element.removeEventListener(type, handle));
};

function pathIn(event: Event): string | null {
  const paths = (event as LabDragEvent).mimeData.getData(PATHS);
  const first: unknown = Array.isArray(paths) ? paths[0] : null;
  return typeof first === 'string' ? first : null;
}
