import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeStandIns, type StandIns } from './run-script.ts';

/** A host that is made up of files below a folder and of programs that stand in for its own. */
export interface MadeUpHost extends AsyncDisposable {
  readonly programs: StandIns;
  /** Runs a probe there, by one of the shells: what it prints, with paths as on a real host. */
  probe(shell: readonly string[], script: string, args: readonly string[]): Promise<string>;
}

export interface MadeUpHostParts {
  readonly programs?: Readonly<Record<string, string>>;
  /** By absolute path, as there; a folder's ends with `/`. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Link → what it says. */
  readonly links?: Readonly<Record<string, string>>;
}

/**
 * Every program that is not given is this machine's. The probe's own absolute paths are moved below the folder: that is
 * all that differs from the script that real hosts get.
 */
export async function makeUpHost({ programs = {}, files = {}, links = {} }: MadeUpHostParts): Promise<MadeUpHost> {
  const standIns = await makeStandIns();
  const root = join(standIns.folder, 'root');
  for (const folder of ['tmp', 'var/tmp', 'proc', 'etc']) await mkdir(join(root, folder), { recursive: true });
  for (const [name, script] of Object.entries(programs)) await standIns.add(name, script);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, path.endsWith('/') ? path : dirname(path)), { recursive: true });
    if (!path.endsWith('/')) await writeFile(join(root, path), content);
  }
  for (const [path, target] of Object.entries(links)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await symlink(target, join(root, path));
  }
  return {
    programs: standIns,
    async probe(shell, script, args) {
      const moved = script.replace(/(?<=[\s"=<])\/(?=(?:proc|sys|boot|etc|lib|run|tmp|var|usr\/lib)\b)/g, `${root}/`);
      const bytes =
        shell[0] === 'busybox' ? `${overrideApplets(standIns.folder, Object.keys(programs))}${moved}` : moved;
      const ran = await standIns.run(['env', 'SHELL=/bin/ash', ...shell, '-s', '--', ...args], { bytes });
      if (ran.stderr !== '' || ran.code !== 0) throw new Error(`exit ${ran.code}: ${ran.stderr}`);
      return ran.stdout.toString('utf8').replaceAll(root, '').replaceAll(standIns.folder, '/stand-ins');
    },
    [Symbol.asyncDispose]: () => standIns[Symbol.asyncDispose](),
  };
}

/** busybox prefers its own programs to those on the PATH, but not to functions. */
function overrideApplets(folder: string, names: readonly string[]): string {
  const applets = execFileSync('busybox', ['--list'], { encoding: 'utf8' }).split('\n');
  return names
    .filter(name => applets.includes(name))
    .map(name => `${name}() { ${join(folder, name)} "$@"; }\n`)
    .join('');
}
