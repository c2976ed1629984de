// What is sent: a file, text, or a variable of the notebook.

import type { TestSource, Uploaded } from '../shapes';

export type Kind = 'file' | 'text' | 'variable';

/** A file that the server holds, or one of its file browser. */
export type Picked = { uploaded: Uploaded } | { path: string };

/** All that the user chose in the test of one endpoint. */
export interface Draft {
  kind: Kind;
  file: Picked | null;
  text: string;
  /** What the text is sent as; null lets the server tell. */
  content_type: string | null;
  variable: string | null;
}

export const EMPTY: Draft = {
  kind: 'file',
  file: null,
  text: '',
  content_type: null,
  variable: null
};

/** What is sent; null while there is nothing. */
export function sourceOf(draft: Draft): TestSource | null {
  switch (draft.kind) {
    case 'file':
      if (!draft.file) {
        return null;
      }
      return 'path' in draft.file
        ? { kind: 'path', path: draft.file.path }
        : { kind: 'upload', id: draft.file.uploaded.id };
    case 'text':
      return draft.text === ''
        ? null
        : { kind: 'text', text: draft.text, content_type: draft.content_type };
    case 'variable':
      return draft.variable === null
        ? null
        : { kind: 'variable', name: draft.variable };
  }
}

/** A name for what is sent: an answer to one is no answer to another. */
export function keyOf(draft: Draft): string {
  return JSON.stringify(sourceOf(draft));
}

const PICTURES = /\.(jpe?g|png|webp|gif|bmp|tiff?)$/i;
const VIDEOS = /\.(mp4|mov|m4v|avi|mkv|webm)$/i;

/** Whether a file can be looked at. */
export function looks(file: Picked | null): 'picture' | 'video' | null {
  if (!file) {
    return null;
  }
  const type = 'uploaded' in file ? file.uploaded.content_type : '';
  const name = nameOf(file);
  if (type.startsWith('image/') || PICTURES.test(name)) {
    return 'picture';
  }
  return type.startsWith('video/') || VIDEOS.test(name) ? 'video' : null;
}

/** A file's name, without its folders. */
export function nameOf(file: Picked): string {
  return 'path' in file
    ? (file.path.split('/').pop() ?? file.path)
    : file.uploaded.name;
}
