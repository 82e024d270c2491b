import { runCommandLine } from '../../../src/cli/arguments/run-command-line.ts';
import { exitCodes } from '../../../src/cli/exit-code.ts';

/** Runs a command in this process, with history and cache below `folder`; throws what it would call a bug. */
export async function runCommand(argv: readonly string[], folder: string): Promise<void> {
  const { HOME, XDG_STATE_HOME, XDG_CACHE_HOME } = process.env;
  Object.assign(process.env, { HOME: folder, XDG_STATE_HOME: `${folder}/state`, XDG_CACHE_HOME: `${folder}/cache` });
  const { stdout, stderr } = process;
  const writes = [stdout.write, stderr.write] as const;
  const listeners = [stdout, stderr].map(stream => stream.listeners('error'));
  let said = '';
  stdout.write = () => true;
  stderr.write = text => {
    if (said.length < 10_000) said += text;
    return true;
  };
  try {
    const code = await runCommandLine(argv);
    if (code === exitCodes.bug) throw new Error(said.replace(/^tapbook: a bug in tapbook: /, ''));
  } finally {
    [stdout.write, stderr.write] = writes;
    // A command is the last that writes in its process, and leaves them.
    for (const [index, stream] of [stdout, stderr].entries()) {
      for (const listener of stream.listeners('error')) {
        if (!listeners[index]?.includes(listener)) stream.off('error', listener as () => void);
      }
    }
    for (const [name, value] of Object.entries({ HOME, XDG_STATE_HOME, XDG_CACHE_HOME })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
