import type { KernelRelease } from '../../model/ids.ts';
import { type Failure, failureAt } from '../../model/outcome.ts';
import type { PlannedBuild } from '../../model/plan.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { limitSignal } from '../../process/limit-signal.ts';
import { splitLines } from '../../process/lines.ts';
import { newNonce, splitAtNonce } from '../../process/nonce.ts';
import type { Connection, RemoteProcess } from '../../transport/transport.ts';
import { scriptFileName } from '../cache/artifact-key.ts';
import { type Artifact, digest } from '../cache/module-cache.ts';
import { readModinfo } from '../elf/read-modinfo.ts';
import { explainStap } from '../stap/explain-stap.ts';
import { findDanger } from '../stap/known-breakages.ts';
import { readStapVersion } from '../stap/read-stap-version.ts';
import { beltProbe, stapArgv, tapsetFolder } from '../stap/stap-argv.ts';
import { buildModuleScript } from './build-module.generated.ts';

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

/** What of a planned build decides how it is made. */
export type BuildRequest = Omit<PlannedBuild, 'id' | 'buildHost' | 'canary' | 'alternatives' | 'hosts'>;

export interface BuildAttempt {
  readonly result: Result<Artifact, Failure>;
  /** All that stap printed. */
  readonly log: string;
  /** `passed`: stap had not ended after the time that it was given, and was stopped. */
  readonly limit: 'kept' | 'passed';
  /** stap's exit code as a shell tells it; undefined where it was not begun or nobody heard of its end. */
  readonly exit: number | undefined;
}

/** A log or module larger than this is not one. */
const largest = { log: 32 * 1024 * 1024, module: 256 * 1024 * 1024 };

/** Builds one module with stap on a build host, fetches it, and checks that it is what the plan asked for. */
export async function buildModule(build: BuildRequest, context: BuildContext): Promise<BuildAttempt> {
  const nonce = newNonce();
  const scriptFile = scriptFileName(build.source.path);
  const files = filesOf(build, scriptFile);
  const { debuginfod, sign } = build.options;
  const environment = debuginfod === undefined ? [] : ['env', `DEBUGINFOD_URLS=${debuginfod.join(' ')}`];
  // The channel outlives the limit, so that the script there can end stap in order and say so.
  using limited = limitSignal(context.signal, (context.limitSeconds + 30) * 1000);
  const started = await context.connection.exec(
    [
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
      ...environment,
      context.stapPath,
      ...stapArgv({ ...build, scriptFile }),
    ],
    { signal: limited.signal, as: 'login-user' },
  );
  if (!started.ok) return { log: '', limit: 'kept', exit: undefined, result: err(failureAt('build', started.error)) };
  const process = started.value;
  const [bytes, said] = await Promise.all([
    collect(process, largest.module),
    listen(process, nonce, largest.log),
    process.stdin.write(Buffer.concat(files.map(({ bytes }) => bytes))),
  ]);
  process.stdin.end();
  const exit = await process.exit;
  context.signal.throwIfAborted();

  const fail = (cause: string, cure?: string): BuildAttempt => ({
    log: said.log,
    limit: said.limit,
    exit: said.exit,
    result: err({ stage: 'build', cause, ...(cure === undefined ? {} : { cure }), detail: said.log }),
  });
  if (said.limit === 'passed' && said.exit !== 0) return fail(`stap took longer than ${context.limitSeconds} s`);
  if (said.failed !== undefined) return fail(said.failed);
  if (exit.kind === 'lost' || said.exit === undefined) {
    return fail(exit.kind === 'lost' ? `the build host was lost: ${exit.cause}` : 'the build ended without a result');
  }
  if (said.exit !== 0) {
    const { cause, cure } = explainStap(said.log, build.release);
    return fail(cause, cure);
  }
  if (said.moduleBytes !== bytes.length) return fail('the module did not arrive whole', 'try again');
  const module = checkModule(build, bytes);
  return module.ok ? { log: said.log, limit: said.limit, exit: said.exit, result: module } : fail(module.error);
}

/** What a build takes with it: the script, its tapsets, the certificate that it is signed with. */
function filesOf(
  { source, options }: BuildRequest,
  scriptFile: string,
): readonly { readonly path: string; readonly bytes: Buffer }[] {
  const tapsets = (options.tapsets ?? []).flatMap(({ files }, index) =>
    files.map(({ path, text }) => ({ path: `${tapsetFolder(index)}/${path}`, bytes: Buffer.from(text) })),
  );
  const { sign } = options;
  const certificate =
    sign === undefined ? [] : [{ path: 'cert', bytes: Buffer.from(sign.certificate.base64, 'base64') }];
  const text = options.useServer === undefined ? source.text : `${source.text}${beltProbe(options)}`;
  return [{ path: scriptFile, bytes: Buffer.from(text) }, ...tapsets, ...certificate];
}

/** The module's own word against the plan: nothing is kept or loaded that was built for another kernel. */
function checkModule(build: BuildRequest, bytes: Uint8Array): Result<Artifact, string> {
  const info = readModinfo(bytes);
  if (!info.ok) return err(`what stap built is no module: ${info.error}`);
  const { vermagic, parameters, elfMachine, signature } = info.value;
  const builtFor = vermagic.split(' ')[0] as KernelRelease | undefined;
  if (builtFor !== build.release) return err(`the module was built for ${builtFor}, wanted was ${build.release}`);
  const machine = elfMachines[build.machine];
  if (machine !== undefined && machine !== elfMachine) {
    return err(`the module is for ELF machine ${elfMachine}, ${build.machine} is ${machine}`);
  }
  if (build.options.sign !== undefined && signature === undefined)
    return err('the module was to be signed, and is not');
  if (build.options.useServer !== undefined) {
    const version = readStapVersion(bytes);
    const danger = version === undefined ? undefined : findDanger(version, build.release);
    if (danger !== undefined) {
      return err(`the compile server's SystemTap ${version} must not be used for ${build.release}: ${danger.cause}`);
    }
  }
  return ok({
    key: build.artifact.key,
    module: build.module,
    bytes,
    sha256: digest(bytes),
    vermagic,
    parameters,
  });
}

/** `EM_*` of elf.h for what `uname -m` says. */
const elfMachines: Readonly<Record<string, number>> = {
  i386: 3,
  i486: 3,
  i586: 3,
  i686: 3,
  ppc64: 21,
  ppc64le: 21,
  s390x: 22,
  armv6l: 40,
  armv7l: 40,
  x86_64: 62,
  aarch64: 183,
  riscv64: 243,
  loongarch64: 258,
};

async function collect(process: RemoteProcess, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of process.stdout) {
    length += chunk.length;
    if (length <= most) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

interface Said {
  log: string;
  limit: BuildAttempt['limit'];
  exit: number | undefined;
  failed: string | undefined;
  moduleBytes: number | undefined;
}

async function listen(process: RemoteProcess, nonce: string, most: number): Promise<Said> {
  const said: Said = { log: '', limit: 'kept', exit: undefined, failed: undefined, moduleBytes: undefined };
  const lines: string[] = [];
  let length = 0;
  for await (const line of splitLines(process.stderr, { maxLineBytes: 64 * 1024 })) {
    const { printed, words } = splitAtNonce(line, nonce);
    if (printed !== undefined) {
      length += printed.length + 1;
      if (length <= most) lines.push(printed);
    }
    if (words[0] === 'exit') said.exit = Number(words[1]);
    if (words[0] === 'limit') said.limit = 'passed';
    // The first says it: what follows comes of it.
    if (words[0] === 'failed') said.failed ??= words.slice(1).join(' ');
    if (words[0] === 'module') said.moduleBytes = Number(words[1]);
  }
  said.log = lines.map(line => `${line}\n`).join('');
  return said;
}
