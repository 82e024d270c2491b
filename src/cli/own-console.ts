import { type Console, createConsole } from '../report/live/console.ts';

/** The console of this process. Nothing else in cli/ writes to its standard streams, but the reporters that compose.ts makes. */
export const ownConsole: Console = createConsole({ stdout: process.stdout, stderr: process.stderr, env: process.env });
