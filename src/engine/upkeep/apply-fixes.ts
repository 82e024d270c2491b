import pLimit from 'p-limit';
import type { HostDiagnosis } from '../../model/diagnosis.ts';
import { fixesOf } from '../../model/fixes.ts';
import { commandLimitMs, type Host } from '../../model/host.ts';
import type { HostName } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { type CommandOptions, runCommand } from '../../transport/run-command.ts';
import type { Connection } from '../../transport/transport.ts';
import type { Fleet } from '../fleet/fleet.ts';

/** How long one command may take at least, in milliseconds: an installation may have to fetch and unpack a kernel's debuginfo. */
const leastLimitMs = 1_800_000;

export interface FixOptions {
  readonly fleet: Fleet;
  readonly forks: number;
  /** Begins no further command; running ones are awaited, since a package manager must not be cut off midway. */
  readonly stop: AbortSignal;
  /** Awaits nothing any more. A running command loses its output, and may end because of that. */
  readonly abandon: AbortSignal;
  /** Called before each command. */
  readonly onCommand: (host: HostName, argv: readonly string[]) => void;
  /** Called once for each host on which a command failed, with the last lines that the command printed. */
  readonly onFailure: (host: HostName, cause: string, output: readonly string[]) => void;
}

/**
 * Runs on each host, as root, the commands that fix its findings, one after another. The first one that fails is the last
 * one of its host. Throws only the reason of a signal.
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
        const fixed = await fixHost(host, commands, options);
        if (!fixed.ok) options.onFailure(name, fixed.error.cause, fixed.error.output);
      }),
    ),
  );
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

interface Trouble {
  readonly cause: string;
  readonly output: readonly string[];
}

async function fixHost(
  host: Host,
  commands: readonly (readonly string[])[],
  { fleet, stop, abandon, onCommand }: FixOptions,
): Promise<Result<void, Trouble>> {
  using _held = fleet.hold(host.name);
  const connection = await fleet.open(host);
  if (!connection.ok) return err({ cause: connection.error.cause, output: [] });
  const as = host.connection.become === undefined ? ('login-user' as const) : ('become-user' as const);
  const limitMs = Math.max(leastLimitMs, commandLimitMs(host));
  const uid = await run(connection.value, ['id', '-u'], { as, signal: abandon, limitMs });
  if (!uid.ok) return uid;
  if (uid.value.trim() !== '0') {
    return err({ cause: 'its commands need root: connect as root, or use --become', output: [] });
  }
  for (const command of commands) {
    const [program, ...rest] = command;
    if (program === undefined) continue;
    stop.throwIfAborted();
    onCommand(host.name, command);
    const done = await run(connection.value, [program, ...rest], { as, signal: abandon, limitMs });
    if (!done.ok) return done;
  }
  return ok(undefined);
}

/** In UTF-16 units. */
const longestLine = 2_000;

async function run(
  connection: Connection,
  argv: readonly [string, ...string[]],
  options: Pick<CommandOptions, 'as' | 'signal' | 'limitMs'>,
): Promise<Result<string, Trouble>> {
  const ran = await runCommand(connection, argv, { ...options, maxOutputBytes: 16_000_000 });
  if (!ran.ok) return err({ cause: `${argv.join(' ')}: ${ran.error.cause}`, output: [] });
  const { exit, stdout, stderr } = ran.value;
  if (exit.kind === 'code' && exit.code === 0) return ok(stdout);
  const how =
    exit.kind === 'code' ? `exits ${exit.code}` : exit.kind === 'signal' ? `ended by ${exit.signal}` : exit.cause;
  const printed = `${stdout}\n${stderr}`.split('\n').filter(line => line.trim() !== '');
  const last = printed.slice(-5).map(line => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line));
  return err({ cause: `${argv.join(' ')}: ${how}`, output: last });
}
