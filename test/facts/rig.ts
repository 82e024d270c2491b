import { readdir } from 'node:fs/promises';
import { expect } from 'vitest';
import type { StandIns } from '../support/run-script.ts';

/** What a probe prints when `sh -s -- ARGS` reads it, behind and before what a login shell says of itself. */
export async function runProbe(
  shell: readonly string[],
  standIns: StandIns,
  probe: string,
  args: readonly string[],
): Promise<string> {
  // busybox takes its own before what is on the PATH; a function goes before both.
  const own = (await readdir(standIns.folder)).filter(name => /^(?:id|rpm|uname)$/.test(name));
  const functions = own.map(name => `${name}() { '${standIns.folder}/${name}' "$@"; }\n`).join('');
  // The kernel knows who runs the tests, and not whom they play.
  const played = probe.replaceAll('/proc/self/status', '/nobody/says');
  const noisy = `${functions}echo "Welcome! release=1.2.3"; printf 'no newline'\n${played}\necho 'tree=6.6.6'; printf bye\n`;
  const ran = await standIns.run([...shell, '-s', '--', ...args], { bytes: noisy });
  expect(ran.stderr).toBe('');
  expect(ran.code).toBe(0);
  return ran.stdout.toString();
}

/** Makes a probe believe that some programs are not installed, though this machine has them. */
export function without(names: readonly string[], probe: string): string {
  return `command() { case $2 in ${names.join(' | ')}) return 1 ;; esac; which "$2"; }\n${probe}`;
}

/** Programs that say what kernel and user they run under. */
export async function addSystem(
  standIns: StandIns,
  { user = 'root', uid = 0, groups = 'root' }: { user?: string; uid?: number; groups?: string } = {},
): Promise<void> {
  await standIns.add('uname', 'case $1 in -rvm) echo "6.1.0-56-cloud-amd64 #1 SMP Debian 6.1.192-2 x86_64" ;; esac');
  await standIns.add('id', `echo 'uid=${uid}(${user}) gid=${uid}(${user}) groups=${idGroups(groups)}'`);
}

/** As `id` lists them. */
function idGroups(names: string): string {
  return names
    .split(' ')
    .map((name, index) => `${100 + index}(${name})`)
    .join(',');
}
