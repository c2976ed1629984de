// The cell widget, for whatever shows anywidgets: JupyterLab, Notebook, VS Code, Colab, marimo.

import { mount, type View } from './App';
import { cellHost } from './cell/host';
import type { Channel } from './cell/messages';

interface Model extends Channel {
  /** What is shown first; see smnb/jupyter/widget.py. */
  get(name: 'start'): View;
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  el.classList.add('smnb-cell');
  // Else the notebook takes arrows and letters: it moves to other cells, and cuts them.
  el.setAttribute('data-lm-suppress-shortcuts', 'true');
  const mounted = mount(el, cellHost(model, el), model.get('start'), true);
  return () => mounted.unmount();
}

export default { render };
