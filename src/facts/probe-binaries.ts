import { type BinaryFacts, type ForeignProcess, isBinaryAbsence, parseElfBuildId } from '../model/binary.ts';
import { optional } from '../model/optional.ts';
import { type Failure, failureAt } from '../model/outcome.ts';
import { printableLine } from '../model/printable-text.ts';
import { err, ok, type Result } from '../model/result.ts';
import { newNonce } from '../process/nonce.ts';
import { type CommandOptions, runCommand } from '../transport/run-command.ts';
import type { Connection } from '../transport/transport.ts';
import { probeBinariesScript } from './probe-binaries.generated.ts';

const slow = 'see by ssh what hangs there (a dead mount?), or give it longer: --command-timeout 2m';

/**
 * Asks a host for the files that scripts probe, in the order of `paths`, and for the processes that map others of the same paths.
 * Asked as the user that runs the scripts, since others do not see all processes. No round trip without paths.
 */
export async function probeBinaries(
  connection: Connection,
  paths: readonly string[],
  { signal, limitMs, as }: Pick<CommandOptions, 'signal' | 'limitMs' | 'as'>,
): Promise<Result<readonly BinaryFacts[], Failure>> {
  if (paths.length === 0) return ok([]);
  const nonce = newNonce();
  const ran = await runCommand(connection, ['sh', '-s', '--', nonce, ...paths], {
    signal,
    limitMs,
    as,
    maxOutputBytes: 1_000_000,
    stdin: probeBinariesScript,
    lastLine: `${nonce} end`,
  });
  if (!ran.ok) {
    if (ran.error.kind !== 'timed-out') return err(failureAt('probe', ran.error));
    const cause = `the host did not say within ${limitMs / 1000} s which binaries it has that scripts probe`;
    return err({ stage: 'probe', cause, cure: slow });
  }
  const facts = parseBinaries(ran.value.stdout, nonce, paths);
  return facts === undefined
    ? err({ stage: 'probe', cause: 'the host did not say which binaries it has that scripts probe' })
    : ok(facts);
}

/** Undefined where an answer is missing. What comes from the host is checked word by word. */
function parseBinaries(output: string, nonce: string, paths: readonly string[]): readonly BinaryFacts[] | undefined {
  const lines = output.split('\n').filter(line => line.startsWith(`${nonce} `));
  if (!lines.includes(`${nonce} end`)) return undefined;
  const said = lines.map(line => line.slice(nonce.length + 1).split(' '));
  const uid = said.find(([kind]) => kind === 'unseen')?.[1];
  const facts = paths.flatMap((path, index): readonly BinaryFacts[] => {
    const about = said.filter(([, which]) => which === String(index));
    const file = about.find(([kind]) => kind === 'file');
    if (file === undefined) return [];
    const [, , state, inode = '', bytes = '', id = ''] = file;
    const link = about
      .find(([kind]) => kind === 'real')
      ?.slice(2)
      .join(' ');
    const realPath = optional('realPath', link === undefined ? undefined : printableLine(link, 4096));
    if (isBinaryAbsence(state)) return [{ path, state, ...realPath }];
    const buildId = parseElfBuildId(id);
    if (state !== 'present' || buildId === undefined) return [];
    const strangers = about.flatMap(words => (words[0] === 'stranger' ? (parseStranger(words) ?? []) : []));
    const count = Number(about.find(([kind]) => kind === 'strangers')?.[2] ?? 0);
    return [
      {
        path,
        state: 'present',
        buildId,
        ...realPath,
        ...(/^\d+:\d+$/.test(inode) ? { inode } : {}),
        ...(/^\d{1,15}$/.test(bytes) ? { bytes: Number(bytes) } : {}),
        ...(strangers.length > 0 ? { strangers } : {}),
        ...(count > strangers.length ? { moreStrangers: count - strangers.length } : {}),
        ...(uid === undefined ? {} : { unseenProcesses: 'only root sees what the processes of others have mapped' }),
      },
    ];
  });
  return facts.length === paths.length ? facts : undefined;
}

function parseStranger([, , pid = '', id = '', why, ...name]: readonly string[]): ForeignProcess | undefined {
  if (!/^\d{1,10}$/.test(pid) || (why !== 'deleted' && why !== 'other-root')) return undefined;
  return {
    pid: Number(pid),
    name: printableLine(name.join(' '), 64),
    why,
    ...optional('buildId', parseElfBuildId(id)),
  };
}
