import type { HostFacts } from '../../facts/host-facts.ts';
import { probeTarget } from '../../facts/probe-host.ts';
import { printableLine } from '../../model/printable-text.ts';
import type { Cleanup } from '../../plan/checks/plan-cleanup.ts';
import { runCommand } from '../../transport/run-command.ts';
import type { Connection } from '../../transport/transport.ts';

/** The result of a cleanup, as a second probe of the host confirmed it. */
export interface Cleaned {
  readonly modules: readonly string[];
  readonly folders: readonly string[];
  /** What could not be removed. */
  readonly failed: readonly { readonly what: string; readonly why: string }[];
}

export interface CleanOptions {
  readonly as: 'login-user' | 'become-user';
  readonly signal: AbortSignal;
  /** How long one command may take. */
  readonly limitMs: number;
  /** How long the second probe may take. */
  readonly probeLimitMs: number;
  readonly becomeUser: string | undefined;
}

/**
 * Unloads modules, removes the folders whose module is gone, and probes the host again. Throws only the reason of
 * `signal`.
 */
export async function cleanHost(
  connection: Connection,
  facts: HostFacts,
  { modules, folders }: Pick<Cleanup, 'modules' | 'folders'>,
  options: CleanOptions,
): Promise<Cleaned> {
  const reasons = new Map<string, string>();
  const run = async (what: string, argv: readonly [string, ...string[]]): Promise<void> => {
    const why = await runForError(connection, argv, options);
    if (why !== undefined) reasons.set(what, why);
  };
  for (const module of modules) await run(module, [facts.staprun?.path ?? 'staprun', '-d', module]);
  for (const { path, module } of folders) {
    if (module !== undefined && reasons.has(module)) reasons.set(path, `${module} is still loaded`);
    // rm removes a symbolic link itself and never follows it.
    else await run(path, ['rm', '-rf', '--', path]);
  }
  const { signal, probeLimitMs: limitMs, becomeUser } = options;
  const after = await probeTarget(connection, { signal, limitMs, becomeUser });
  // Of ours the first ones by their names are looked at: what could not be removed is among them again.
  const isThere = (what: string): boolean =>
    !after.ok ||
    after.value.unseenLeftovers === 'too-slow' ||
    after.value.loadedModules.includes(what) ||
    after.value.leftovers.some(({ path }) => path === what);
  const wanted = [...modules, ...folders.map(({ path }) => path)];
  const left = wanted.filter(isThere);
  const unseen = after.ok ? undefined : after.error.cause;
  return {
    modules: modules.filter(module => !left.includes(module)),
    folders: folders.map(({ path }) => path).filter(path => !left.includes(path)),
    failed: left.map(what => ({ what, why: reasons.get(what) ?? unseen ?? 'it is still there' })),
  };
}

/** Runs a command and resolves to why it failed, in one line; undefined where it succeeded. */
async function runForError(
  connection: Connection,
  argv: readonly [string, ...string[]],
  { as, signal, limitMs }: CleanOptions,
): Promise<string | undefined> {
  const ran = await runCommand(connection, argv, { signal, as, limitMs, maxOutputBytes: 100_000 });
  if (!ran.ok) return ran.error.cause;
  const { exit, stdout, stderr } = ran.value;
  if (exit.kind === 'code' && exit.code === 0) return undefined;
  if (exit.kind === 'lost') return exit.cause;
  const printed = `${stderr}\n${stdout}`.split('\n').map(line => printableLine(line, 200));
  return printed.find(line => line !== '') ?? `${argv[0]} did not succeed`;
}
