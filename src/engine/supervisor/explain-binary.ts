import { shortBuildId } from '../../model/binary.ts';
import type { Failure } from '../../model/outcome.ts';
import { shellLine } from '../../transport/shell/shell-quote.ts';
import type { Supervision } from './supervision.ts';

type Explained = Required<Pick<Failure, 'cause' | 'cure'>>;

/**
 * Explains why a module with breakpoints in user space is not loaded; `detail` is what check-binaries.sh says behind the word `why`.
 */
export function explainBinary(
  { why, detail }: { readonly why: 'binary' | 'stale' | 'unseen'; readonly detail: string },
  { binaries }: Supervision['artifact'],
): Explained {
  switch (why) {
    case 'binary': {
      const [, found = '', path = ''] = /^(\S*) (.*)$/.exec(detail) ?? [];
      const expected = binaries.find(binary => binary.path === path)?.buildId;
      return explainFile(found, path, expected);
    }
    case 'stale':
      return explainStale(detail);
    case 'unseen':
      return {
        cause: `it cannot be seen there whether a process runs another ${detail} than the one that the module is for: its breakpoints would hurt it`,
        cure: 'let scripts run as root, who sees all processes: become: true in the play, or ansible_become: true',
      };
    default:
      return why satisfies never;
  }
}

function explainFile(found: string, path: string, expected: string | undefined): Explained {
  const again = 'run it again: the module is then built for the file that is there';
  switch (found) {
    case 'missing':
      return { cause: `${path} is not there: the module has breakpoints in it`, cure: 'install its package there' };
    case 'unreadable':
      return {
        cause: `${path} cannot be read there: nobody can tell whether it is the file that the module is for`,
        cure: 'let scripts run as root: become: true in the play, or ansible_become: true',
      };
    case 'no-od':
      return {
        cause: `nothing there can read the build-id of ${path}: od is not there`,
        cure: 'install coreutils or busybox there',
      };
    case 'not-a-file':
    case 'not-elf':
      return { cause: `${path} is no program or library there, but the module has breakpoints in one`, cure: again };
    case 'no-build-id':
      return {
        cause: `${path} has no build-id there: it is not the file that the module is for`,
        cure: 'install the file of its package again',
      };
    default:
      return {
        cause: `${path} is another file there than the one that the module is for: its build-id is ${shortBuildId(found)}, not ${expected === undefined ? 'known' : shortBuildId(expected)}`,
        cure: again,
      };
  }
}

function explainStale(detail: string): Explained {
  const [, count = '', told = '', path = ''] = /^(\d+) (\S+) (.*)$/.exec(detail) ?? [];
  const processes = told.split(',').map(one => {
    const [pid = '', name = '', buildId = '', why = '', service = '-'] = one.split(':');
    const id = buildId === '-' ? 'of an unknown build-id' : `build-id ${shortBuildId(buildId)}`;
    const reason = why === 'deleted' ? 'replaced since it began' : 'in a root of its own';
    return { text: `${pid} ${name} (${id}, ${reason})`, why, service };
  });
  const more = Number(count) - processes.length;
  const list = `${processes.map(({ text }) => text).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const who = count === '1' ? 'a process runs' : `${count} processes run`;
  const services = [...new Set(processes.map(({ service }) => service).filter(service => service !== '-'))];
  const isElsewhere = processes.some(({ why }) => why === 'other-root');
  const restart =
    services.length > 0
      ? `${shellLine(['systemctl', 'restart', ...services])} there`
      : isElsewhere
        ? 'stop them while the script runs (a container or a chroot may have its own version)'
        : 'restart them there';
  return {
    cause: `${who} another ${path} than the one that is there now, and the breakpoints would be wrong in it: ${list}`,
    cure: `${restart}, then run it again; with stale_processes: skip such hosts are left out`,
  };
}
