// Choosing a model's folder or archive among the server's files.

import type { IDocumentManager } from '@jupyterlab/docmanager';
import { FileDialog } from '@jupyterlab/filebrowser';
import type { ITranslator } from '@jupyterlab/translation';

/** What an archive of a model is called. */
const ARCHIVE = /\.(tar\.gz|tgz)$/i;

/** Whether a file can be deployed; a folder always may. */
export function isArchive(path: string): boolean {
  return ARCHIVE.test(path);
}

/** Resolves to a path relative to the server's root; null if none was chosen. */
export async function browse(
  manager: IDocumentManager,
  translator: ITranslator
): Promise<string | null> {
  const trans = translator.load('smnb');
  const result = await FileDialog.getOpenFiles({
    manager,
    translator,
    title: trans.__('Choose a model'),
    label: trans.__('A folder with the model and its code, or a .tar.gz of it'),
    filter: item => (item.type === 'directory' || isArchive(item.path) ? {} : null)
  });
  // With nothing selected it is the folder that is open; "" is the server's root.
  const [chosen] = result.value ?? [];
  return result.button.accept && chosen ? chosen.path : null;
}
