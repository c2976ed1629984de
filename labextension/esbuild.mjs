// Bundles what needs no JupyterLab: the style of all, and the cell widget with its UI on preact.

import { writeFile } from 'node:fs/promises';

import { build } from 'esbuild';
import { smaller } from './smaller.mjs';

const common = { bundle: true, minify: true, target: 'es2022', logLevel: 'warning' };

await build({
  ...common,
  entryPoints: ['style/index.css', 'style/lab.css'],
  outdir: 'lib/style'
});
await build({
  ...common,
  entryPoints: ['style/cell.css'],
  outfile: '../smnb/static/widget.css'
});
const { outputFiles } = await build({
  ...common,
  entryPoints: ['ui/widget.tsx'],
  format: 'esm',
  jsx: 'transform',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"', SMNB_IN_CELL: 'true' },
  alias: { react: './ui/cell/react.ts', 'react-dom/client': './ui/cell/react.ts' },
  write: false,
  outfile: '../smnb/static/widget.js'
});
for (const { path, text } of outputFiles) {
  await writeFile(path, await smaller(text, true));
}
