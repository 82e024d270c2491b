#!/usr/bin/env node
import { version } from './cli/version.ts';

const argv = process.argv.slice(2);
// The one command that must not wait for the rest of the program to load.
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  process.stdout.write(`tapbook ${version}\n`);
} else {
  const { runCommandLine } = await import('./cli/command-line.ts');
  process.exitCode = await runCommandLine(argv);
}
