// Bundles the page: one JavaScript file and one style sheet in out/.
import { build } from 'esbuild';

await build({
    entryPoints: ['src/main.tsx'],
    outfile: 'out/main.js',
    bundle: true,
    format: 'iife',
    jsx: 'automatic',
    minify: true,
    target: 'chrome120',
    define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}', global: 'window' },
    loader: { '.svg': 'dataurl', '.ttf': 'dataurl', '.woff2': 'dataurl' },
    // The code editor comes in by a chain of imports and is never drawn; without it the bundle is less than half.
    alias: { 'monaco-editor': './no-editor.mjs' },
    logLevel: 'warning',
});
