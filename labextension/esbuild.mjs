// Bundles the cell widget: the UI of the panel on preact, and the style it needs.

import { build } from 'esbuild';

const common = { bundle: true, minify: true, target: 'es2022', logLevel: 'warning' };

await build({
  ...common,
  entryPoints: ['ui/widget.tsx'],
  format: 'esm',
  jsx: 'transform',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  alias: {
    react: 'preact/compat',
    'react-dom': 'preact/compat',
    'react-dom/client': 'preact/compat/client'
  },
  outfile: '../smnb/static/widget.js'
});
await build({
  ...common,
  entryPoints: ['style/index.css'],
  outfile: '../smnb/static/widget.css'
});
