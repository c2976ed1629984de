// As built by esbuild.mjs: the labextension's own bundler leaves style as it is.
import '../lib/style/index.css';
import '../lib/style/lab.css';
