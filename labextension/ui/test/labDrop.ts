// A file dragged from JupyterLab's file browser, which has drag events of its own.

import { useEffect, useRef, type RefObject } from 'react';

/** What of such an event is used; its `mimeData` holds the paths. */
interface LabDragEvent extends Event {
  mimeData: { getData: (type: string) => unknown };
  dropAction: string;
}

const PATHS = 'application/x-jupyter-icontents';
const ENTER = ['lm-dragenter', 'lm-dragover'];

/** Calls `onPath` with the first path that is dropped from the file browser. */
export function useLabDrop(
  onPath: (path: string) => void,
  onOver: (over: boolean) => void
): RefObject<HTMLDivElement> {
  const ref = useRef<HTMLDivElement>(null);
  const handlers = useRef({ onPath, onOver });
  handlers.current = { onPath, onOver };
  useEffect(() => {
    const element = ref.current;
    if (!element) {
      return;
    }
    const handle = (event: Event): void => {
      const path = pathIn(event);
      if (event.type === 'lm-dragleave' || path === null) {
        handlers.current.onOver(false);
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      (event as LabDragEvent).dropAction = 'copy';
      handlers.current.onOver(ENTER.includes(event.type));
      if (event.type === 'lm-drop') {
        handlers.current.onPath(path);
      }
    };
    const types = [...ENTER, 'lm-dragleave', 'lm-drop'];
    types.forEach(type => element.addEventListener(type, handle));
    return () => types.forEach(type => element.removeEventListener(type, handle));
  }, []);
  return ref;
}

function pathIn(event: Event): string | null {
  const paths = (event as LabDragEvent).mimeData.getData(PATHS);
  const first: unknown = Array.isArray(paths) ? paths[0] : null;
  return typeof first === 'string' ? first : null;
}
