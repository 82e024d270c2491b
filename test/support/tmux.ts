import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Why it cannot be had here; undefined where it can. */
export function whyNoTmux(): string | undefined {
  try {
    execFileSync('tmux', ['-V']);
    return undefined;
  } catch {
    return 'there is no tmux';
  }
}

export interface TmuxRun {
  /** What the screen showed, each time that it had changed; lines that wrapped are one. */
  readonly screens: readonly string[];
  /** Everything at the end, with what had scrolled away. */
  readonly all: string;
  /** As programs set it. */
  readonly title: string;
  /** As the shell said it. */
  readonly code: string;
}

export interface TmuxOptions {
  readonly columns: number;
  readonly rows: number;
  readonly env: Readonly<Record<string, string>>;
  /** Called with each screen, to do something to the terminal. */
  readonly onScreen?: (screen: string, tmux: Tmux) => Promise<void>;
}

/** Asks the server something, or has it do something. */
export type Tmux = (...args: readonly string[]) => Promise<string>;

/** Runs a line of sh to its end in a tmux with a socket of its own, and looks at its screen all the time. */
export async function runInTmux(line: string, { columns, rows, env, onScreen }: TmuxOptions): Promise<TmuxRun> {
  const folder = await mkdtemp(join(tmpdir(), 'tmux-'));
  const code = join(folder, 'code');
  // Colours and CI of whoever runs the tests are not theirs.
  const own = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', TERM: 'xterm-256color', SHELL: '/bin/sh', ...env };
  const tmux: Tmux = async (...args) =>
    (await run('tmux', ['-S', join(folder, 'socket'), '-f', '/dev/null', ...args], { env: own, maxBuffer: 64e6 }))
      .stdout;
  const settings = ['set -g status off', 'set -g history-limit 50000'].flatMap(setting => [';', ...setting.split(' ')]);
  const session = ['new-session', '-d', '-x', String(columns), '-y', String(rows)];
  const screens: string[] = [];
  const until = performance.now() + limitMs;
  try {
    await tmux('start-server', ...settings, ';', ...session, `${line}; echo $? >${code}; sleep ${limitMs / 1000}`);
    while (performance.now() < until) {
      const ended = await readFile(code, 'utf8').catch(() => '');
      const screen = await tmux('capture-pane', '-p', '-J');
      if (screen !== screens.at(-1)) screens.push(screen);
      await onScreen?.(screen, tmux);
      if (ended.endsWith('\n')) {
        const all = await tmux('capture-pane', '-p', '-J', '-S', '-');
        const title = await tmux('display-message', '-p', '#{pane_title}');
        return { screens, code: ended.trim(), all: all.trimEnd(), title: title.trim() };
      }
      await sleep(intervalMs);
    }
    throw new Error(`it has not ended after ${limitMs / 1000} s:\n${screens.at(-1)}`);
  } finally {
    await tmux('kill-server').catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

const limitMs = 170_000;
const intervalMs = 200;
