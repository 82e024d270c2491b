import type { ProbedBinary } from '../../model/binary.ts';
import { shortenText } from '../../model/keep-ends.ts';
import { optional } from '../../model/optional.ts';
import { type Failure, failureAt } from '../../model/outcome.ts';
import type { PlannedBuild } from '../../model/plan.ts';
import { err, type Result } from '../../model/result.ts';
import { limitSignal } from '../../process/limit-signal.ts';
import { newNonce } from '../../process/nonce.ts';
import type { Connection, Exit, RemoteProcess } from '../../transport/transport.ts';
import { inSysrootScript } from '../binaries/in-sysroot.generated.ts';
import { scriptFileName } from '../cache/artifact-key.ts';
import type { Artifact } from '../cache/module-cache.ts';
import { explainStap } from '../stap/explain-stap.ts';
import { beltProbe, stapArgv, tapsetFolder } from '../stap/stap-argv.ts';
import { buildModuleScript } from './build-module.generated.ts';
import { type BuildReport, mostOfDetail, readBuildReport } from './build-report.ts';
import { checkModule } from './check-module.ts';
import { nameAbsentPrograms } from './name-absent-programs.ts';

export interface BuildContext {
  readonly connection: Connection;
  /** Where folders for builds are made, on the build host. */
  readonly directory: string;
  readonly stapPath: string;
  readonly signal: AbortSignal;
  /** How long stap may take. */
  readonly limitSeconds: number;
  /** `nice -n`, and `ulimit -v` in bytes. */
  readonly nice: number;
  readonly memoryBytes?: number | undefined;
}

/** The part of a planned build that decides how it is made. */
export interface BuildRequest extends Omit<PlannedBuild, 'id' | 'buildHost' | 'canary' | 'alternatives' | 'hosts'> {
  /** Binaries that the build host has in its store, or at their paths: stap finds them below a sysroot. */
  readonly placed?: readonly ProbedBinary[];
}

export interface BuildAttempt extends Pick<BuildReport, 'log' | 'limit' | 'exit'> {
  readonly result: Result<Artifact, Failure>;
}

/** In bytes. */
const largestModule = 256 * 1024 * 1024;

/** stap prints some MB where it is told to be verbose, and of C that does not compile. */
const mostOfLog = { all: 8_000_000, line: 64 * 1024 };

/** Builds a module with stap on a build host, fetches it, and checks it against the plan. */
export async function buildModule(build: BuildRequest, context: BuildContext): Promise<BuildAttempt> {
  const nonce = newNonce();
  const files = filesOf(build);
  // The channel outlives the limit, so that build-module.sh can stop stap and report it.
  using limited = limitSignal(context.signal, (context.limitSeconds + 30) * 1000);
  const started = await context.connection.exec(buildArgv(nonce, build, files, context), {
    signal: limited.signal,
    as: 'login-user',
  });
  if (!started.ok) return { log: '', limit: 'kept', exit: undefined, result: err(failureAt('build', started.error)) };
  const process = started.value;
  const [bytes, report] = await Promise.all([
    collect(process, largestModule),
    readBuildReport(process.stderr, nonce, mostOfLog),
    process.stdin.write(Buffer.concat(files.map(({ bytes }) => bytes))),
  ]);
  process.stdin.end();
  const exit = await process.exit;
  context.signal.throwIfAborted();
  const absent = report.exit === 1 ? await nameAbsentPrograms(report.log, build, context) : '';
  const told = { ...report, log: `${report.log}${absent}` };
  const result = conclude(build, context.limitSeconds, { report: told, exit, bytes });
  return { log: told.log, limit: report.limit, exit: report.exit, result };
}

/** The arguments of `build-module.sh`. */
function buildArgv(
  nonce: string,
  build: BuildRequest,
  files: readonly SentFile[],
  context: BuildContext,
): readonly [string, ...string[]] {
  const { debuginfod, sign } = build.options;
  return [
    'sh',
    '-c',
    buildModuleScript,
    'tapbook-build',
    nonce,
    context.directory,
    build.module,
    String(context.limitSeconds),
    String(context.nice),
    context.memoryBytes === undefined ? '' : String(Math.floor(context.memoryBytes / 1024)),
    sign?.hash ?? '',
    sign?.key ?? '',
    build.release,
    String(files.reduce((sum, { bytes }) => sum + bytes.length, 0)),
    String(files.length),
    ...files.flatMap(({ path, bytes }) => [path, String(bytes.length)]),
    ...(debuginfod === undefined ? [] : ['env', `DEBUGINFOD_URLS=${debuginfod.join(' ')}`]),
    ...sysrootArgv(build.placed),
    context.stapPath,
    // The C that tell-probes.sh reads; of a compile server's, a client has none.
    ...(build.options.useServer === undefined ? ['-k'] : []),
    ...stapArgv({ ...build, scriptFile: scriptFileName(build.source.path) }),
  ];
}

/** What puts binaries where stap finds them, as the words before stap's own. */
function sysrootArgv(placed: BuildRequest['placed'] = []): readonly string[] {
  if (placed.length === 0) return [];
  const words = placed.flatMap(({ buildId, path, realPath = path }) => [buildId, path, realPath]);
  return ['sh', '-c', inSysrootScript, 'tapbook-sysroot', String(placed.length), ...words];
}

/** The result of a build, by the script's report, the end of the channel, and the bytes that arrived. */
function conclude(
  build: BuildRequest,
  limitSeconds: number,
  { report, exit, bytes }: { readonly report: BuildReport; readonly exit: Exit; readonly bytes: Uint8Array },
): Result<Artifact, Failure> {
  const fail = (cause: string, cure?: string): Result<never, Failure> =>
    err({ stage: 'build', cause, ...optional('cure', cure), detail: shortenText(report.log, mostOfDetail) });
  if (report.limit === 'passed' && report.exit !== 0) return fail(`stap took longer than ${limitSeconds} s`);
  if (report.failed !== undefined) return fail(report.failed);
  if (exit.kind === 'lost') return fail(`the build host was lost: ${exit.cause}`);
  if (report.exit === undefined) return fail('the build ended without a result');
  if (report.exit !== 0) {
    const { cause, cure } = explainStap(report.log, build.release, build.args);
    return fail(cause, cure);
  }
  if (report.moduleBytes !== bytes.length) return fail('the module did not arrive whole', 'try again');
  const module = checkModule(build, bytes, report.probes);
  return module.ok ? module : fail(module.error.cause, module.error.cure);
}

/** A file in the build's folder. */
interface SentFile {
  readonly path: string;
  readonly bytes: Buffer;
}

/** The files that a build needs: the script, its tapsets and the signing certificate. */
function filesOf({ source, options }: BuildRequest): readonly SentFile[] {
  const tapsets = (options.tapsets ?? []).flatMap(({ files }, index) =>
    files.map(({ path, text }) => ({ path: `${tapsetFolder(index)}/${path}`, bytes: Buffer.from(text) })),
  );
  const { sign } = options;
  const certificate =
    sign === undefined ? [] : [{ path: 'cert', bytes: Buffer.from(sign.certificate.base64, 'base64') }];
  const text = options.useServer === undefined ? source.text : `${source.text}${beltProbe(options)}`;
  return [{ path: scriptFileName(source.path), bytes: Buffer.from(text) }, ...tapsets, ...certificate];
}

async function collect(process: RemoteProcess, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of process.stdout) {
    length += chunk.length;
    if (length <= most) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
