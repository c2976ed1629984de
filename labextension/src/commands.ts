/** The commands that JupyterLab knows; each takes its arguments as JSON. */
export const Command = {
  /** Shows the panel; `name` of an endpoint and `tab` go there. */
  show: 'smnb:show',
  /** Shows the form of a deploy; `path` of a model, relative to the server's root. */
  deploy: 'smnb:deploy',
  /** Opens an endpoint, `name`, in the main area; `tab`. */
  open: 'smnb:open',
  /** Puts code that calls an endpoint, `name`, into the notebook in front. */
  insertCode: 'smnb:insert-code',
  /** Deletes all that nobody calls, after it asked. */
  deleteIdle: 'smnb:delete-idle'
} as const;
