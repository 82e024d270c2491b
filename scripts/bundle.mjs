// Bundles src/ into dist/: small chunks, so that a command loads only what it needs.
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { embedShell } from './embed-shell.mjs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const root = new URL('..', import.meta.url).pathname;
rmSync(`${root}dist`, { recursive: true, force: true });
embedShell();
await build({
  absWorkingDir: root,
  entryPoints: { tapbook: 'src/main.ts' },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  legalComments: 'none',
  define: { TAPBOOK_VERSION: JSON.stringify(version) },
  // ssh2 asks for its native parts in a try and does well without them.
  external: ['cpu-features', './crypto/build/Release/sshcrypto.node'],
  banner: {
    // CommonJS packages in the bundle call require for node's own modules, and ask where they lie.
    js: [
      "import { createRequire as tapbookRequire } from 'node:module';",
      'const require = tapbookRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename;',
    ].join('\n'),
  },
  logLevel: 'warning',
});
chmodSync(`${root}dist/tapbook.js`, 0o755);
