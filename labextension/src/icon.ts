import { LabIcon } from '@jupyterlab/ui-components';

/** An outlined cube, what is deployed, on a line; `jp-icon3` takes the theme's colour. */
export const icon = new LabIcon({
  name: 'smnb:endpoints',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
    <path class="jp-icon3" fill="#616161" fill-rule="evenodd" d="M12 2l8 4v9l-8 4-8-4V6z
      M12 4.2L7.3 6.6 12 9l4.7-2.4z M6 8.2v5.6l5 2.5v-5.6z M18 8.2l-5
      2.5v5.6l5-2.5z M4 20.5h16V22H4z"/>
  </svg>`
});
