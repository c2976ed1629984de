// Bundles what needs no JupyterLab: the style of all, and the cell widget with its UI on preact.

import { writeFile } from 'node:fs/promises';

import { build } from 'esbuild';
import { minify } from 'terser';

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
// A second pass by terser takes 3 % more.
for (const { path, text } of outputFiles) {
  const compress = {
    passes: 3,
    pure_getters: true,
    unsafe: true,
    unsafe_arrows: true,
    // `x === null`, as the other halves of such lines are written, packs better.
    lhs_constants: false
  };
  const { code } = await minify(text, { module: true, ecma: 2020, compress });
  await writeFile(path, code);
}
