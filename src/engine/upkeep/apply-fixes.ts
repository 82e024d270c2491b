import pLimit from 'p-limit';
import type { HostDiagnosis } from '../../model/diagnosis.ts';
import { fixesOf } from '../../model/fixes.ts';
import type { Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { runCommand } from '../../transport/run-command.ts';
import type { Connection } from '../../transport/transport.ts';
import type { Fleet } from '../fleet/fleet.ts';

/** How long one command may take, in milliseconds: an installation may have to fetch and unpack a kernel's debuginfo. */
const limitMs = 1_800_000;

export interface FixOptions {
  readonly fleet: Fleet;
  readonly forks: number;
  /** No further command is begun; those that run are waited for: a package manager must not be cut off in the middle. */
  readonly stop: AbortSignal;
  /** Nothing is waited for any more. What has begun then loses its output, and may end of that. */
  readonly abandon: AbortSignal;
  /** Told of each command before it is run. */
  readonly onCommand: (host: HostName, argv: readonly string[]) => void;
  /** Told once of each host whose commands did not all succeed: why, and the last words of the command. */
  readonly onFailure: (host: HostName, cause: string, output: readonly string[]) => void;
}

/**
 * Runs on each host, as root, the commands that mend what was found there, one after another; the first one that fails
 * ends that host's. Throws only the reason of a signal.
 */
export async function applyFixes(
  diagnoses: readonly HostDiagnosis[],
  hosts: ReadonlyMap<HostName, Host>,
  options: FixOptions,
): Promise<void> {
  const limit = pLimit(options.forks);
  const ended = await Promise.allSettled(
    diagnoses.map(({ host: name, findings }) =>
      limit(async () => {
        const host = hosts.get(name);
        const commands = fixesOf(findings);
        if (host === undefined || commands.length === 0) return;
        options.stop.throwIfAborted();
        const mended = await mendHost(host, commands, options);
        if (!mended.ok) options.onFailure(name, mended.error.cause, mended.error.output);
      }),
    ),
  );
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

interface Trouble {
  readonly cause: string;
  readonly output: readonly string[];
}

async function mendHost(
  host: Host,
  commands: readonly (readonly string[])[],
  { fleet, stop, abandon, onCommand }: FixOptions,
): Promise<Result<void, Trouble>> {
  const connection = await fleet.open(host);
  if (!connection.ok) return err({ cause: connection.error.cause, output: [] });
  const as = host.connection.become === undefined ? ('login-user' as const) : ('become-user' as const);
  const who = await run(connection.value, ['id', '-u'], as, abandon);
  if (!who.ok) return who;
  if (who.value.trim() !== '0') {
    return err({ cause: 'its commands need root: connect as root, or use --become', output: [] });
  }
  for (const command of commands) {
    const [program, ...rest] = command;
    if (program === undefined) continue;
    stop.throwIfAborted();
    onCommand(host.name, command);
    const done = await run(connection.value, [program, ...rest], as, abandon);
    if (!done.ok) return done;
  }
  return ok(undefined);
}

async function run(
  connection: Connection,
  argv: readonly [string, ...string[]],
  as: 'login-user' | 'become-user',
  signal: AbortSignal,
): Promise<Result<string, Trouble>> {
  const ran = await runCommand(connection, argv, { signal, as, limitMs, maxOutputBytes: 16_000_000 });
  if (!ran.ok) return err({ cause: `${argv.join(' ')}: ${ran.error.cause}`, output: [] });
  const { exit, stdout, stderr } = ran.value;
  if (exit.kind === 'code' && exit.code === 0) return ok(stdout);
  const how =
    exit.kind === 'code' ? `exits ${exit.code}` : exit.kind === 'signal' ? `ended by ${exit.signal}` : exit.cause;
  const said = `${stdout}\n${stderr}`.split('\n').filter(line => line.trim() !== '');
  return err({ cause: `${argv.join(' ')}: ${how}`, output: said.slice(-5) });
}
