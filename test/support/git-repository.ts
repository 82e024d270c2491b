import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** A repository of git with a working tree, in a folder of its own. */
export interface GitRepository extends AsyncDisposable {
  readonly root: string;
  /** Runs git there; its output without the last newline. */
  readonly git: (...args: readonly string[]) => Promise<string>;
  /** Writes files: a text; a program, told by its `#!`; a link, `-> TARGET`; undefined for one that is to go. */
  readonly write: (files: Readonly<Record<string, string | undefined>>) => Promise<void>;
  /** The same, committed; resolves to the commit. */
  readonly commit: (files: Readonly<Record<string, string | undefined>>, tag?: string) => Promise<string>;
}

export async function makeGitRepository(): Promise<GitRepository> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'tapbook-git-')));
  const git = async (...args: readonly string[]): Promise<string> => {
    const env = { PATH: process.env['PATH'], HOME: root, GIT_CONFIG_NOSYSTEM: '1' };
    const said = await promisify(execFile)('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      cwd: root,
      env,
    });
    return said.stdout.replace(/\n$/, '');
  };
  await git('init', '-q', '-b', 'main');
  const write: GitRepository['write'] = async files => {
    for (const [name, text] of Object.entries(files)) {
      const path = join(root, name);
      await rm(path, { recursive: true, force: true });
      if (text === undefined) continue;
      await mkdir(dirname(path), { recursive: true });
      if (text.startsWith('-> ')) await symlink(text.slice(3), path);
      else await writeFile(path, text);
      if (text.startsWith('#!')) await chmod(path, 0o755);
    }
  };
  return {
    root,
    git,
    write,
    async commit(files, tag) {
      await write(files);
      await git('add', '-A');
      await git('commit', '-q', '--allow-empty', '-m', tag ?? 'more');
      if (tag !== undefined) await git('tag', tag);
      return git('rev-parse', 'HEAD');
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}
