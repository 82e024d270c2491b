import type { HostFacts, Leftover } from '../../facts/host-facts.ts';
import type { Finding, Fix } from '../../model/finding.ts';
import type { BoundScript } from '../../playbook/playbook.ts';
import { sortLeftovers } from './sort-leftovers.ts';
import { fails, passes, warns } from './verdicts.ts';

/** Checks that no module with the name of a script is loaded. One that a run of ours has left may go. */
export function checkModule(facts: HostFacts, scripts: readonly BoundScript[]): Finding {
  const { loadedModules } = facts;
  const names = scripts.map(({ script }) => script.name).filter(name => loadedModules.includes(name));
  const { removable, inUse } = sortLeftovers(facts);
  const left = removable.filter(
    ({ loaded }) => loaded !== undefined && names.some(name => name === loaded) && !inUse.has(loaded),
  );
  if (names.length > 0 && names.every(name => left.some(({ loaded }) => loaded === name))) {
    const runs = [...new Set(left.map(({ path }) => runOf(path)))];
    return fails('module', `a run that is over has left ${names.join(', ')} loaded: ${runs.join(', ')}`, {
      cure: runs.map(run => `tapbook clean ${run}`).join('; '),
      fix: removal(left, inUse),
    });
  }
  const [first] = names;
  if (first === undefined) return passes('module', 'no module of the same name is loaded');
  const found =
    names.length === 1
      ? `a module named ${first} is loaded already`
      : `modules are loaded already: ${names.join(', ')}`;
  const remove = names.map(name => `staprun -d ${name}`).join('; ');
  return fails('module', found, {
    cure: `if nobody uses ${names.length === 1 ? 'it' : 'them'}: ${remove}; else wait, or give the script another name`,
  });
}

/**
 * Checks for what earlier runs have left. Offered for removal are only the folders of ended runs that belong to our user
 * on the host or to root. Modules go first, since they are found by their folder.
 */
export function checkLeftovers(facts: HostFacts): Finding {
  const { live, removable, doubtful, inUse } = sortLeftovers(facts);
  const others = facts.leftovers.filter(({ run }) => run !== 'live');
  const unseen = sayUnseen(facts.unseenLeftovers);
  if (others.length === 0 && unseen !== undefined) return warns('leftovers', unseen, { cure: lookThere });
  if (others.length === 0) {
    const scripts = live.length === 1 ? 'a run is' : `${live.length} scripts are`;
    return passes('leftovers', live.length === 0 ? 'none' : `none; ${scripts} live`);
  }
  const loaded = others.flatMap(({ loaded: module }) => (module === undefined || inUse.has(module) ? [] : [module]));
  const found = [
    `${others.length === 1 ? 'a directory' : `${others.length} directories`} of earlier runs: ${listed(others)}`,
    ...(loaded.length === 0 ? [] : [`still loaded: ${loaded.join(', ')}`]),
    ...(unseen === undefined ? [] : [unseen]),
  ].join('; ');
  if (doubtful.length > 0) {
    const cure = `see whether these runs still live, and whose they are: ls -ld ${doubtful.slice(0, 3).map(pathOf).join(' ')}`;
    return warns('leftovers', found, { cure, ...(removable.length === 0 ? {} : { fix: removal(removable, inUse) }) });
  }
  const fix = removal(removable, inUse);
  return warns('leftovers', found, { cure: fix.map(argv => argv.join(' ')).join(' && '), fix });
}

const lookThere = 'see what lies in /tmp and /var/tmp there: ls -U /tmp | head';

/** What was not looked at; undefined where all was. */
function sayUnseen(unseen: HostFacts['unseenLeftovers']): string | undefined {
  if (unseen === undefined) return undefined;
  if (unseen === 'too-slow') return 'looking for directories of earlier runs took too long: there may be more';
  const { ours, others } = unseen;
  return [
    ...(ours === 0 ? [] : [`${ours} more were not looked at`]),
    ...(others === 0 ? [] : [`${others} more of other users were not looked at`]),
  ].join('; ');
}

/** Modules are unloaded first: if that fails, the folder stays and shows where the module came from. */
function removal(removable: readonly Leftover[], inUse: ReadonlySet<string>): Fix {
  const modules = removable.flatMap(({ loaded }) =>
    loaded === undefined || inUse.has(loaded) ? [] : [['staprun', '-d', loaded]],
  );
  return [...modules, ['rm', '-rf', '--', ...removable.map(pathOf)]];
}

/** A folder's name is `tapbook-RUN-PID`. */
function runOf(path: string): string {
  return path.replace(/^.*\/tapbook-/, '').replace(/-[^-]*$/, '');
}

function pathOf({ path }: Leftover): string {
  return path;
}

function listed(all: readonly Leftover[]): string {
  const shown = all.slice(0, 3).map(pathOf).join(', ');
  return all.length > 3 ? `${shown} and ${all.length - 3} more` : shown;
}
