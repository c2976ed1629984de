// Endpoints in the main area.

import type { JupyterFrontEnd } from '@jupyterlab/application';
import * as React from 'react';

import type { Host, Wide } from '../ui/host';
import { IconButton } from '../ui/parts';
import { Command } from './commands';

/** Opens endpoints, or their logs, in tabs of their own. */
export function wideIn(app: JupyterFrontEnd, t: Host['t']): Wide {
  const label = t('Open in main area');
  const open: Wide['open'] = (name, tab) => {
    void app.commands.execute(Command.open, { name, ...(tab && { tab }) });
  };
  return {
    open,
    label,
    Button: ({ endpoint, tab }) => (
      <IconButton icon="open" label={label} onClick={() => open(endpoint, tab)} />
    )
  };
}
