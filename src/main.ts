#!/usr/bin/env node
import { version } from './model/version.ts';

const argv = process.argv.slice(2);
// The one command that must not wait for the rest of the program to load.
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  process.stdout.write(`tapbook ${version}\n`);
} else {
  // V8's optimizing compiler takes a sixth of a short run's CPU time and never earns it back; what runs longer is optimized, later.
  // The flag went with V8 11: it is in `node --v8-options` of Node 20, and no longer in that of 22, 24 and 26, which complain of it on
  // standard error.
  if (process.versions.node.startsWith('20.')) {
    const { setFlagsFromString } = await import('node:v8');
    setFlagsFromString('--interrupt-budget=264000');
  }
  try {
    const { runCommandLine } = await import('./cli/arguments/run-command-line.ts');
    process.exitCode = await runCommandLine(argv);
  } catch (error) {
    // The program is in many files, and Node opens a lot of them at a time.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EMFILE' && code !== 'ENFILE') throw error;
    process.stderr.write(`tapbook: cannot begin: too many files are open (${code}); see ulimit -Hn\n`);
    process.exitCode = 2;
  }
}
