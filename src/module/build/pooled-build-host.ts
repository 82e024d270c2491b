import pLimit, { type LimitFunction } from 'p-limit';
import type { HostName } from '../../model/ids.ts';
import { type Failure, failureAt } from '../../model/outcome.ts';
import { err } from '../../model/result.ts';
import type { Connection } from '../../transport/transport.ts';
import { blameFailedBuild, type Fault } from './blame-failed-build.ts';
import { type BuildAttempt, type BuildContext, type BuildRequest, buildModule } from './build-module.ts';

/** A build host with an open connection. */
export interface OpenBuildHost {
  readonly connection: Connection;
  readonly cpus: number;
  readonly directory: string;
  readonly stap: { readonly path: string; readonly version: string };
}

/** A build host in a run. */
export interface PooledBuildHost extends OpenBuildHost {
  readonly name: HostName;
  /** Limits the number of builds at once. */
  readonly turns: LimitFunction;
  /** Why nothing more is built there; set by the first failure of the build host itself. */
  out?: Failure;
}

/** sshd refuses more than ten sessions over one connection (MaxSessions). */
const mostAtOnce = 8;

/** `jobs`: how many builds at once, or the turns that they take already. */
export function poolBuildHost(
  name: HostName,
  openBuildHost: OpenBuildHost,
  jobs: number | LimitFunction | undefined,
): PooledBuildHost {
  if (typeof jobs === 'function') return { ...openBuildHost, name, turns: jobs };
  const most = Math.min(Math.max(1, jobs ?? openBuildHost.cpus), mostAtOnce);
  return { ...openBuildHost, name, turns: pLimit(most) };
}

export interface Attempt extends BuildAttempt {
  readonly seconds: number;
  /** Where it failed. */
  readonly fault?: Fault;
}

/** Makes one build on a build host; takes the host out if the fault is its own. Throws only the reason of `signal`. */
export async function attemptBuild(
  request: BuildRequest,
  pooled: PooledBuildHost,
  limits: Pick<BuildContext, 'signal' | 'limitSeconds' | 'nice' | 'memoryBytes'>,
): Promise<Attempt> {
  const started = performance.now();
  const attempt = await buildOrGiveUp(request, pooled, limits);
  const seconds = (performance.now() - started) / 1000;
  if (attempt.result.ok) return { ...attempt, seconds };
  const fault = blameFailedBuild(attempt);
  if (fault === 'host-is-out') pooled.out ??= attempt.result.error;
  const failure =
    attempt.exit === undefined && seconds >= limits.limitSeconds
      ? { cause: `the build host has not reported within ${Math.round(seconds)} s how the build ended` }
      : attempt.limit === 'kept'
        ? explainSignal(attempt.exit)
        : undefined;
  const result = failure === undefined ? attempt.result : err({ ...attempt.result.error, ...failure });
  return { ...attempt, result, seconds, fault };
}

/** The log of a stap that was killed does not say so. */
function explainSignal(exit: number | undefined): Pick<Failure, 'cause' | 'cure'> | undefined {
  if (exit === undefined || exit <= 128) return undefined;
  if (exit === 137) {
    return { cause: 'stap was killed there', cure: 'see with dmesg whether it has too little memory for a build' };
  }
  const names: Readonly<Record<number, string>> = { 134: 'SIGABRT', 135: 'SIGBUS', 139: 'SIGSEGV', 143: 'SIGTERM' };
  return { cause: `stap was ended by ${names[exit] ?? `signal ${exit - 128}`} there` };
}

async function buildOrGiveUp(
  request: BuildRequest,
  { connection, directory, stap }: PooledBuildHost,
  { signal, ...limits }: Pick<BuildContext, 'signal' | 'limitSeconds' | 'nice' | 'memoryBytes'>,
): Promise<BuildAttempt> {
  try {
    return await buildModule(request, { connection, directory, stapPath: stap.path, signal, ...limits });
  } catch (error) {
    signal.throwIfAborted();
    // The time limit passed before a channel was open.
    if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw error;
    const failure = failureAt('build', { cause: `the build host did not answer within ${limits.limitSeconds} s` });
    return { log: '', limit: 'kept', exit: undefined, result: err(failure) };
  }
}
