import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GitRepository } from './git-repository.ts';

/** A folder outside of a repository with a file that nobody is to see, and how its words begin. */
export interface Secret extends AsyncDisposable {
  readonly folder: string;
  readonly file: string;
}

/** Each word of it has this in it. */
export const secretWord = 'xyzzy';

/** Texts that each reader complains of, or takes for what it reads. */
export const secretTexts: Readonly<Record<string, string>> = {
  'lines of /etc/shadow': `root:$6$${secretWord}:1:2\n"${secretWord}: [\n`,
  'a mapping': `${secretWord}: {${secretWord}: ${secretWord}}\nansible_port: ${secretWord}\nvalue: [${secretWord}]\n`,
  'a script': `probe ${secretWord}.x { ${secretWord}( }\nglobal ${secretWord}\n`,
  'a playbook': `- hosts: ${secretWord}\n  ${secretWord}: 1\n  scripts: [{ name: ${secretWord} ${secretWord} }]\n`,
  'one word': `${secretWord}\n`,
};

export async function makeSecret(text: string): Promise<Secret> {
  const folder = await mkdtemp(join(tmpdir(), 'tapbook-outside-'));
  for (const name of ['file', 'file.yml', 'io.stp', 'all.yml']) await writeFile(join(folder, name), text);
  await mkdir(join(folder, 'group_vars'));
  await writeFile(join(folder, 'group_vars/all.yml'), text);
  return {
    folder,
    file: join(folder, 'file'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A way in which files of a repository lead to a file outside. */
export interface OutsideTrap {
  readonly files: (secret: Secret) => Readonly<Record<string, string>>;
  /** Besides `plays/io.yml` and `hosts`, what the user names. */
  readonly playbook?: string;
  readonly inventory?: string;
  readonly extraVars?: string;
  readonly limit?: string;
  /** Where it stands what leads outside, if somewhere; else a link does. */
  readonly place?: string;
}

function play(script: string, more = ''): Readonly<Record<string, string>> {
  const head = '- hosts: all\n  build_hosts: all\n';
  return { 'plays/io.yml': `${head}${more}  scripts:\n    - { name: io, duration: 1s, ${script} }\n` };
}

export const plainFiles: Readonly<Record<string, string>> = {
  ...play('source: io.stp'),
  'plays/io.stp': 'probe begin { println("x") }\n',
  hosts: 'db1 ansible_host=127.0.0.1 ansible_port=1\n',
};

export const outsideTraps: Readonly<Record<string, OutsideTrap>> = {
  'a script by its path': { files: ({ folder }) => play(`source: ${folder}/io.stp`), place: 'plays/io.yml:4:41' },
  'a script by ..': {
    files: ({ folder }) => play(`source: ../../../../../../../../../..${folder}/io.stp`),
    place: 'plays/io.yml:4:41',
  },
  'a script that is a link': {
    files: ({ folder }) => ({ 'plays/io.stp': `-> ${folder}/io.stp` }),
    place: 'plays/io.yml:4:41',
  },
  'a script in a folder that is a link': {
    files: ({ folder }) => ({ ...play('source: scripts/io.stp'), 'plays/scripts': `-> ${folder}` }),
    place: 'plays/io.yml:4:41',
  },
  'a script by way of two links': {
    files: ({ folder }) => ({ 'plays/io.stp': '-> ../one/io.stp', one: `-> ${folder}` }),
    place: 'plays/io.yml:4:41',
  },
  'a folder of tapsets': {
    files: ({ folder }) => play(`source: io.stp, stap_options: { tapset_dirs: [${folder}] }`),
    place: 'plays/io.yml:4:79',
  },
  'a folder of tapsets that is a link': {
    files: ({ folder }) => ({
      ...play('source: io.stp, stap_options: { tapset_dirs: [tap] }'),
      'plays/tap': `-> ${folder}`,
    }),
    place: 'plays/io.yml:4:79',
  },
  'a tapset that is a link': {
    files: ({ folder }) => ({
      ...play('source: io.stp, stap_options: { tapset_dirs: [tap] }'),
      'plays/tap/a.stp': `-> ${folder}/io.stp`,
    }),
    place: 'plays/io.yml:4:79',
  },
  'a certificate': {
    files: ({ file }) => play('source: io.stp', `  sign: { key: /k, cert: ${file} }\n`),
    place: 'plays/io.yml:3:26',
  },
  'a playbook that is a link': {
    files: ({ file }) => ({ 'plays/link.yml': `-> ${file}` }),
    playbook: 'plays/link.yml',
  },
  'a playbook in a folder that is a link': {
    files: ({ folder }) => ({ link: `-> ${folder}` }),
    playbook: 'link/file.yml',
  },
  'variables of a group that are a link': { files: ({ file }) => ({ 'group_vars/all.yml': `-> ${file}` }) },
  'variables of a host that are a link': { files: ({ file }) => ({ 'host_vars/db1.yml': `-> ${file}` }) },
  'variables beside the playbook that are a link': { files: ({ file }) => ({ 'plays/group_vars/all': `-> ${file}` }) },
  'a folder of variables that is a link': { files: ({ folder }) => ({ group_vars: `-> ${folder}/group_vars` }) },
  'a folder of one group that is a link': { files: ({ folder }) => ({ 'group_vars/all': `-> ${folder}` }) },
  'a link in the folder of a group': { files: ({ file }) => ({ 'group_vars/all/a.yml': `-> ${file}` }) },
  'an inventory that is a link': { files: ({ file }) => ({ inventory: `-> ${file}` }), inventory: 'inventory' },
  'a link in a folder of inventories': {
    files: ({ file }) => ({ 'inventory/a': 'db1\n', 'inventory/b': `-> ${file}` }),
    inventory: 'inventory',
  },
  'a folder in a folder of inventories that is a link': {
    files: ({ folder }) => ({ 'inventory/a': 'db1\n', 'inventory/b': `-> ${folder}` }),
    inventory: 'inventory',
  },
  'a folder of inventories that is a link': {
    files: ({ folder }) => ({ inventory: `-> ${folder}` }),
    inventory: 'inventory',
  },
  'extra variables that are a link': { files: ({ file }) => ({ 'vars.yml': `-> ${file}` }), extraVars: 'vars.yml' },
  'a limit that is a link': { files: ({ file }) => ({ 'failed.hosts': `-> ${file}` }), limit: 'failed.hosts' },
  'variables that a template names': {
    files: ({ file }) => ({ ...play('source: io.stp, args: ["{{ value }}"]'), 'group_vars/all.yml': `-> ${file}` }),
  },
  "ssh's configuration": {
    files: ({ file }) => ({ hosts: `db1 ansible_host=127.0.0.1 ansible_ssh_common_args="-F ${file}"\n` }),
    place: 'hosts:1:52',
  },
};

/** Puts a trap into a repository that is fine without it. */
export async function setTrap(repository: GitRepository, trap: OutsideTrap, secret: Secret): Promise<void> {
  await repository.write(plainFiles);
  await repository.write(trap.files(secret));
}
