import pLimit, { type LimitFunction } from 'p-limit';
import type { HostName } from '../../model/ids.ts';
import { type Failure, failureAt } from '../../model/outcome.ts';
import { err } from '../../model/result.ts';
import type { Connection } from '../../transport/transport.ts';
import { blameFailedBuild, type Fault } from './blame-failed-build.ts';
import { type BuildAttempt, type BuildContext, type BuildRequest, buildModule } from './build-module.ts';

/** An open build host. */
export interface OpenBuildHost {
  readonly connection: Connection;
  readonly cpus: number;
  readonly directory: string;
  readonly stap: { readonly path: string; readonly version: string };
}

/** A build host in a run. */
export interface PooledBuildHost extends OpenBuildHost {
  readonly name: HostName;
  /** So many builds at once. */
  readonly turns: LimitFunction;
  /** Why nothing more is built there. */
  out?: Failure;
}

/** sshd runs ten sessions over one connection (MaxSessions), and refuses the next one. */
const mostAtOnce = 8;

export function poolBuildHosts(
  openBuildHosts: ReadonlyMap<HostName, OpenBuildHost>,
  jobs: number | undefined,
): ReadonlyMap<HostName, PooledBuildHost> {
  return new Map(
    [...openBuildHosts].map(([name, openBuildHost]) => [
      name,
      { ...openBuildHost, name, turns: pLimit(Math.min(Math.max(1, jobs ?? openBuildHost.cpus), mostAtOnce)) },
    ]),
  );
}

export interface Attempt extends BuildAttempt {
  readonly seconds: number;
  /** Where it failed. */
  readonly fault?: Fault;
}

/** One build on one build host, which is put out if it can do no more. Throws only the reason of `signal`. */
export async function attemptBuild(
  request: BuildRequest,
  bench: PooledBuildHost,
  limits: Pick<BuildContext, 'signal' | 'limitSeconds' | 'nice' | 'memoryBytes'>,
): Promise<Attempt> {
  const started = performance.now();
  const attempt = await buildOrGiveUp(request, bench, limits);
  const seconds = (performance.now() - started) / 1000;
  if (attempt.result.ok) return { ...attempt, seconds };
  const fault = blameFailedBuild(attempt);
  if (fault === 'host-is-out') bench.out ??= attempt.result.error;
  const failure =
    attempt.exit === undefined && seconds >= limits.limitSeconds
      ? { cause: `the build host has not said for ${Math.round(seconds)} s how it ended` }
      : attempt.limit === 'kept'
        ? explainSignal(attempt.exit)
        : undefined;
  const result = failure === undefined ? attempt.result : err({ ...attempt.result.error, ...failure });
  return { ...attempt, result, seconds, fault };
}

/** What is not to be read in the log of a stap that a signal has ended. */
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
    // Its own limit has passed before a channel was open.
    if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw error;
    const failure = failureAt('build', { cause: `the build host did not answer within ${limits.limitSeconds} s` });
    return { log: '', limit: 'kept', exit: undefined, result: err(failure) };
  }
}
