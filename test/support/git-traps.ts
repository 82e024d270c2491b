import { chmod, mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitRepository } from './git-repository.ts';

/** A way in which a repository's own files make git run a program, and what a user may type that springs it. */
export interface GitTrap {
  readonly set: (repository: GitRepository, program: string) => Promise<void>;
  /** Arguments of a plain git, run in the folder `plays`. */
  readonly springs: readonly string[];
}

const status = ['status', '--porcelain', '--', '.'];

/** A file whose time is another than in the index is read again. */
async function touch({ root }: GitRepository): Promise<void> {
  await utimes(join(root, 'plays/io.yml'), 1, 1);
}

async function filter(repository: GitRepository, key: string, program: string): Promise<void> {
  const [, name = ''] = /^filter\.(.*)\.\w+$/.exec(key) ?? [];
  await repository.write({ '.git/info/attributes': `* filter=${name}\n` });
  await repository.git('config', key, program);
  await touch(repository);
}

/** A repository without a working tree of its own, as files of a clone; its configuration names programs. */
async function embed(repository: GitRepository, program: string): Promise<void> {
  await repository.write({
    'plays/HEAD': 'ref: refs/heads/main\n',
    'plays/objects/.keep': '',
    'plays/refs/heads/.keep': '',
    'plays/config': `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = ${repository.root}/plays\n\tfsmonitor = ${program}\n`,
  });
  await repository.git('-c', 'core.fsmonitor=false', '-C', 'plays', 'add', 'io.yml');
  await touch(repository);
}

/** Objects are missing, and are to come from a remote that a program of the repository's choice reaches. */
async function forget(repository: GitRepository, configuration: Readonly<Record<string, string>>): Promise<void> {
  const object = await repository.git('rev-parse', 'HEAD:plays/io.yml');
  await repository.write({ [`.git/objects/${object.slice(0, 2)}/${object.slice(2)}`]: undefined });
  await repository.git('config', 'core.repositoryFormatVersion', '1');
  await repository.git('config', 'extensions.partialClone', 'origin');
  await repository.git('config', 'remote.origin.promisor', 'true');
  for (const [key, value] of Object.entries(configuration)) await repository.git('config', key, value);
}

const read = ['cat-file', 'blob', 'HEAD:plays/io.yml'];

export const gitTraps: Readonly<Record<string, GitTrap>> = {
  'a clean filter': { set: (repository, program) => filter(repository, 'filter.x.clean', program), springs: status },
  'a filter that is a process': {
    set: (repository, program) => filter(repository, 'filter.x.process', program),
    springs: status,
  },
  'a filter in a file that is included': {
    set: async (repository, program) => {
      await filter(repository, 'filter.x.smudge', 'cat');
      await repository.write({ '.git/more': `[filter "x"]\n\tclean = ${program}\n` });
      await repository.git('config', 'include.path', 'more');
    },
    springs: status,
  },
  'a filter for this working tree': {
    set: async (repository, program) => {
      await filter(repository, 'filter.x.smudge', 'cat');
      await repository.git('config', 'extensions.worktreeConfig', 'true');
      await repository.git('config', '--worktree', 'filter.x.clean', program);
    },
    springs: status,
  },
  'a filter with an equals sign in its name': {
    set: (repository, program) => filter(repository, 'filter.a=b.clean', program),
    springs: status,
  },
  'a monitor of files': {
    set: async ({ git }, program) => void (await git('config', 'core.fsmonitor', program)),
    springs: status,
  },
  'a hook': {
    set: async (repository, program) => {
      await repository.write({ '.git/hooks/post-index-change': `#!/bin/sh\n${program}\n` });
      await utimes(join(repository.root, 'plays/io.yml'), 1, 1);
    },
    springs: status,
  },
  'a submodule with a monitor of files': {
    set: async (repository, program) => {
      const inner = join(repository.root, 'plays/inner');
      await mkdir(inner);
      await repository.git('-C', inner, 'init', '-q', '-b', 'main');
      await repository.git('-C', inner, 'commit', '-q', '--allow-empty', '-m', 'first');
      await repository.git('add', '-A');
      await repository.git('commit', '-q', '-m', 'inner');
      await repository.git('-C', inner, 'config', 'core.fsmonitor', program);
    },
    springs: status,
  },
  'a repository without a working tree, in a folder of the clone': { set: embed, springs: status },
  'an upload-pack that fetches what is missing': {
    set: (repository, program) =>
      forget(repository, { 'remote.origin.url': repository.root, 'remote.origin.uploadpack': program }),
    springs: read,
  },
  'a remote that is a program': {
    set: (repository, program) =>
      forget(repository, { 'remote.origin.url': `ext::${program}`, 'protocol.ext.allow': 'always' }),
    springs: read,
  },
  'an ssh that fetches what is missing': {
    set: (repository, program) =>
      forget(repository, { 'remote.origin.url': 'ssh://127.0.0.1/x', 'core.sshCommand': program }),
    springs: read,
  },
};

/** The program of a trap, which leaves a file in a folder when it is run; and how often it was. */
export async function makeTrapProgram(
  folder: string,
): Promise<{ readonly program: string; readonly timesRun: () => Promise<number> }> {
  const seen = join(folder, 'seen');
  await mkdir(seen);
  const program = join(folder, 'trap');
  await writeFile(program, `#!/bin/sh\n: >"${seen}/$$"\nexit 1\n`);
  await chmod(program, 0o755);
  return { program, timesRun: async () => (await readdir(seen)).length };
}
