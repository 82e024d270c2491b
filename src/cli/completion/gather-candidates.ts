import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listRunIds } from '../../history/read/list-runs.ts';
import { expandHome } from '../../process/expand-home.ts';
import { stateDirectory } from '../paths.ts';
import type { CommandTree, TreeOption } from './command-tree.ts';
import type { Typed } from './find-wanted.ts';

export interface Candidate {
  readonly value: string;
  readonly about?: string;
}

export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** Where none of them fits, the shell may list files: it knows how to quote odd names. */
  readonly files?: 'by-shell';
}

export interface Asked extends Typed {
  readonly signal: AbortSignal;
}

/** Everything that may stand at the cursor. The caller leaves out what does not begin as typed. */
export async function gatherCandidates(asked: Asked): Promise<Candidates> {
  const { wanted } = asked;
  switch (wanted.kind) {
    case 'command':
      return { candidates: commandsOf(wanted.command) };
    case 'option':
      return { candidates: optionsOf(wanted.command) };
    case 'value':
      return valuesOf(wanted.option, asked);
    case 'argument': {
      const { command, index } = wanted;
      const args = command.registeredArguments;
      const last = args.at(-1);
      const argument = args[index] ?? (last?.variadic ? last : undefined);
      if (argument === undefined) return none;
      if (argument.argChoices !== undefined) return words(argument.argChoices);
      return argumentsOf(command.name(), argument.name(), asked);
    }
  }
}

const none: Candidates = { candidates: [] };

function words(values: readonly string[]): Candidates {
  return { candidates: values.map(value => ({ value })) };
}

function commandsOf(command: CommandTree): readonly Candidate[] {
  const visible = command.createHelp().visibleCommands(command);
  return visible.map(one => ({ value: one.name(), about: one.description() }));
}

function optionsOf(command: CommandTree): readonly Candidate[] {
  const visible = command.createHelp().visibleOptions(command);
  return visible.flatMap(({ long, short, description }) =>
    [long, short].flatMap(value => (value === undefined || value === null ? [] : [{ value, about: description }])),
  );
}

async function valuesOf(option: TreeOption, asked: Asked): Promise<Candidates> {
  if (option.argChoices !== undefined) return words(option.argChoices);
  switch (option.long) {
    case '--limit':
    case '--hosts':
    case '--build-hosts':
      return asked.current.startsWith('@') ? withRuns(filesBehind('@', asked)) : patterns(asked);
    case '--start-at':
    case '--host':
      return hosts(asked);
    case '--tags':
    case '--skip-tags':
      return listOf(await (await import('./list-playbook-parts.ts')).tagsOf(asked.args), asked.current, /,/g);
    case '--start-at-script':
      return words(await (await import('./list-playbook-parts.ts')).scriptsOf(asked.args));
    case '--ref':
      return revisions(asked);
    case '--extra-vars':
      return asked.current.startsWith('@') ? filesBehind('@', asked) : none;
    case '--inventory':
    case '--playbook':
    case '--out':
    case '--private-key':
    case '--stap-path':
    case '--kernel':
    case '--vault-password-file':
    case '--connection-password-file':
    case '--become-password-file':
      return files(asked.current, () => true);
    default:
      return none;
  }
}

async function argumentsOf(command: string, argument: string, asked: Asked): Promise<Candidates> {
  if (command === 'schema') return words(await (await import('./list-schemas.ts')).listSchemas());
  switch (argument) {
    case 'playbook':
      return playbooks(asked.current);
    case 'run':
    case 'other':
      return {
        candidates: [{ value: 'last', about: 'the newest' }, ...words(listRunIds(stateDirectory())).candidates],
      };
    case 'file-or-playbook':
      return files(asked.current, () => true);
    case 'dir':
      return files(asked.current, () => false);
    case 'revision':
      return revisions(asked);
    case 'revision-or-playbook':
      return { candidates: [...(await revisions(asked)).candidates, ...playbooks(asked.current).candidates] };
    case 'name':
      return hosts(asked);
    case 'pattern':
    case 'group':
      return patterns(asked);
    default:
      return none;
  }
}

function playbooks(current: string): Candidates {
  return files(current, name => /\.(?:ya?ml|json|plan)$/.test(name));
}

async function hosts(asked: Asked): Promise<Candidates> {
  const { hosts: names } = await namesOf(asked);
  return words(names);
}

/** Completes the last term of a pattern, such as `we` in `db,!we`. */
async function patterns(asked: Asked): Promise<Candidates> {
  const { hosts: names, groups } = await namesOf(asked);
  const about = 'group';
  const terms = [...groups.map(value => ({ value, about })), ...names.map(value => ({ value }))];
  const { candidates } = listOf([], asked.current, /[,:][!&]?|^[!&]/g);
  const before = candidates[0]?.value ?? '';
  return { candidates: terms.map(term => ({ ...term, value: before + term.value })) };
}

async function namesOf({
  options,
  signal,
}: Asked): Promise<{ readonly hosts: readonly string[]; readonly groups: readonly string[] }> {
  const { listHostNames } = await import('./list-host-names.ts');
  return listHostNames(options.get('--inventory'), signal);
}

/** The values behind what is typed up to the last separator; without values that alone. */
function listOf(values: readonly string[], current: string, separator: RegExp): Candidates {
  const last = [...current.matchAll(separator)].at(-1);
  const before = last === undefined ? '' : current.slice(0, last.index + last[0].length);
  const given = new Set(before.split(','));
  if (values.length === 0) return words([before]);
  return words(values.filter(value => !given.has(value)).map(value => before + value));
}

async function revisions({ signal }: Asked): Promise<Candidates> {
  const { runGit } = await import('../../git/run-git.ts');
  const listed = await runGit('.', ['for-each-ref', '--format=%(refname:short)', '--count=500'], { signal });
  return listed.ok ? words(['HEAD', ...listed.value.output.toString('utf8').split('\n').filter(Boolean)]) : none;
}

/** Those that failed in a run, as `--limit` has them. */
function withRuns({ candidates, files: shell }: Candidates): Candidates {
  const runs = ['last', ...listRunIds(stateDirectory())].map(id => ({ value: `@${id}`, about: 'failed in that run' }));
  return { candidates: [...runs, ...candidates], ...(shell === undefined ? {} : { files: shell }) };
}

function filesBehind(sign: string, { current }: Asked): Candidates {
  const { candidates } = files(current.slice(sign.length), () => true);
  return { candidates: candidates.map(({ value }) => ({ value: sign + value })) };
}

/** Folders, and those files that fit; hidden ones only where a dot is typed. */
function files(current: string, fits: (name: string) => boolean): Candidates {
  const before = current.slice(0, current.lastIndexOf('/') + 1);
  const folder = before === '' ? '.' : dirname(join(expandHome(before), 'x'));
  const isHidden = current.slice(before.length).startsWith('.');
  const found = readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    if (entry.name.startsWith('.') && !isHidden) return [];
    if (entry.isDirectory()) return [{ value: `${before}${entry.name}/` }];
    return fits(entry.name) ? [{ value: before + entry.name }] : [];
  });
  return { candidates: found.sort((left, right) => (left.value < right.value ? -1 : 1)), files: 'by-shell' };
}
