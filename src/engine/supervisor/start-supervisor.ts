import type { Result } from '../../model/result.ts';
import type { TargetProcess } from '../../model/target-process.ts';
import type { ExecFailure, RemoteProcess } from '../../transport/transport.ts';
import { encodeParameter } from './encode-parameter.ts';
import { mostLoad } from './explain-refusal.ts';
import type { Supervision } from './supervision.ts';
import { supervisorProgram } from './supervisor-program.ts';

/**
 * Starts a supervisor. Its script goes over standard input: that costs the target fewer processes than an argument of that
 * length, and `ps` does not show it. A shell may read ahead, so the script is one `{ … }` group behind an assignment, which is
 * read whole before it runs, and the module follows only after the supervisor has named its folder.
 */
export async function startSupervisor(
  nonce: string,
  options: Supervision,
  patienceSeconds: number,
  signal: AbortSignal,
): Promise<Result<RemoteProcess, ExecFailure>> {
  const { connection, as } = options;
  // Probes find a supervisor by this word and the run after it.
  const argv = ['sh', '-s', '--', 'tapbook-supervisor', ...argumentsOf(nonce, options, patienceSeconds)] as const;
  const started = await connection.exec(argv, { signal, as });
  // Not awaited: what the supervisor says, and how it ends, tells more than a failed write.
  if (started.ok) void started.value.stdin.write(`shift\n${supervisorProgram(options.artifact.binaries)}`);
  return started;
}

/** The arguments after `tapbook-supervisor`. */
function argumentsOf(nonce: string, options: Supervision, patienceSeconds: number): readonly string[] {
  const { script, artifact, kernel, watch } = options;
  return [
    nonce,
    options.uploadDirectory,
    options.run,
    artifact.module,
    String(artifact.bytes.length),
    artifact.sha256,
    kernel.release,
    kernel.machine,
    String(options.armSeconds),
    String(script.limitSeconds),
    String(options.endSeconds),
    String(options.leaseSeconds),
    String(patienceSeconds),
    inHundredths(mostLoad(watch)),
    inHundredths(watch.stopAtLoadPerCpu),
    watch.stopAtFreeMemoryBytes === undefined ? '-' : String(Math.floor(watch.stopAtFreeMemoryBytes / 1024)),
    ...targetWords(script.targetProcess),
    'staprun',
    // It tells of itself by that: see read-staprun-line.ts.
    '-v',
    '-v',
    ...(script.bufferMb === undefined ? [] : ['-b', String(script.bufferMb)]),
    // Without a slash staprun would look in /lib/modules/RELEASE/systemtap only.
    `./${artifact.module}.ko`,
    ...parametersOf(options),
  ];
}

/** What staprun hands on to the module: its globals. */
export function parametersOf({ script }: Pick<Supervision, 'script'>): readonly string[] {
  return script.globals.map(({ name, value }) => {
    const parameter = encodeParameter(name, value);
    if (parameter === undefined) throw new Error(`global ${name} was not checked before its load`);
    return parameter;
  });
}

function targetWords(target: TargetProcess | undefined): readonly [by: string, value: string, which: string] {
  return target === undefined ? ['-', '-', '-'] : [target.by, target.value, target.which ?? '-'];
}

function inHundredths(limit: number | undefined): string {
  return limit === undefined ? '-' : String(Math.round(limit * 100));
}
