import { type Console, createConsole } from '../report/live/console.ts';

/** The console of this process. Besides it, only the reporters of compose.ts write to the standard streams. */
export const ownConsole: Console = createConsole({ stdout: process.stdout, stderr: process.stderr, env: process.env });
