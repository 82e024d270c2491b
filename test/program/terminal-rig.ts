import { spawn } from 'node:child_process';

export interface TerminalRun {
  /** All that the terminal showed, with `\n` for its line ends. */
  readonly shown: string;
}

/**
 * Runs a module's text, which may import TypeScript by absolute path, on a terminal of its own, by util-linux's
 * `script`. Each answer is typed once its prompt is shown; what is given for standard input comes by a pipe, unless that is to be
 * the terminal itself.
 */
export async function onTerminal(
  code: string,
  answers: readonly (readonly [prompt: string, keys: string])[],
  {
    stdin = '',
    env = {},
  }: { readonly stdin?: string | { readonly is: 'terminal' }; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<TerminalRun> {
  const node = `${process.execPath} --import tsx --input-type=module -e "$CODE"`;
  // The shell outlives Ctrl-C, to say what became of the terminal.
  const piped = typeof stdin === 'string' ? 'printf %s "$INPUT" | ' : '';
  const line = `trap : INT; ${piped}${node}; echo "exit $?"; stty -a | grep -Eo -e '-?(echo|icanon|isig)\\b' | xargs`;
  const child = spawn('script', ['-qfc', line, '/dev/null'], {
    env: {
      ...process.env,
      ...env,
      CODE: code,
      INPUT: typeof stdin === 'string' ? stdin : '',
      SHELL: '/bin/sh',
      NODE_NO_WARNINGS: '1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = [...answers];
  let shown = '';
  let seen = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const [next] = waiting;
    const at = next === undefined ? -1 : shown.indexOf(next[0], seen);
    if (next === undefined || at === -1) return;
    seen = at + next[0].length;
    waiting.shift();
    child.stdin.write(next[1]);
  });
  await new Promise(resolve => child.once('close', resolve));
  return { shown: shown.replaceAll('\r\n', '\n') };
}

/** A program without a terminal. */
export async function withoutTerminal(
  code: string,
  { stdin = '', env = {} }: { readonly stdin?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const child = spawn('setsid', ['--wait', process.execPath, '--import', 'tsx', '--input-type=module', '-e', code], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    printed += text;
  });
  child.stdin.end(stdin);
  await new Promise(resolve => child.once('close', resolve));
  return printed;
}
