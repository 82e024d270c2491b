import { createHash } from 'node:crypto';
import type { ArtifactKey } from '../../model/ids.ts';
import { crossCompilerIdentity } from '../../plan/builds/cross-build.ts';
import type { BuildInputs } from '../../plan/builds/plan-builds.ts';
import { stapArgv } from '../stap/stap-argv.ts';

/**
 * The digest of everything that decides a module's bytes: the script's text (not its path), arguments and options, the
 * kernel with its tree and debuginfo, the binaries that it has breakpoints for, stap and its compiler. Raise the number when tapbook builds differently.
 */
export function artifactKey({ build, builder, tree, cross }: BuildInputs): ArtifactKey {
  const decisive = [
    'tapbook-artifact/3',
    scriptFileName(build.source.path),
    build.source.text,
    stapArgv({ ...build, cross, scriptFile: scriptFileName(build.source.path) }),
    // The contents that the arguments only point to.
    (build.options.tapsets ?? []).map(({ files }) => files.map(({ path, text }) => [path, text])),
    build.options.debuginfod ?? [],
    signingPart(build.options.sign),
    build.release,
    build.machine,
    tree.identity ?? '',
    tree.utsVersion ?? '',
    tree.debuginfo?.identity ?? '',
    builder.stap?.banner ?? '',
    builder.stap?.rc ?? '',
    tree.compiler?.version ?? builder.compiler?.version ?? '',
    crossCompilerIdentity(build.options, cross, builder, tree) ?? '',
    // Absent where there are none: modules of such scripts keep their keys.
    ...(build.binaries === undefined ? [] : [build.binaries]),
  ];
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex') as ArtifactKey;
}

/**
 * Whether the key covers all that decides the module's bytes. It does not with a compile server, a tree below a sysroot,
 * the modules that a build host has loaded, its programs, files that only the build finds, or a compiler that the probe does not find.
 */
export function isIdentified({ build: { options, unsureBinaries }, builder, tree, cross }: BuildInputs): boolean {
  const { allModules, unwind = [], unwindLibraries, sysroot, useServer } = options;
  // The tree's identity has the kernel and its modules, but no program of the build host.
  if (unwindLibraries !== undefined || unwind.some(one => one.startsWith('/'))) return false;
  // Another file may be found there tomorrow, for the same key.
  if (unsureBinaries !== undefined) return false;
  if (allModules !== undefined || sysroot !== undefined || useServer !== undefined) return false;
  return crossCompilerIdentity(options, cross, builder, tree) !== undefined;
}

/** By the certificate's contents: its path does not matter. */
function signingPart(sign: BuildInputs['build']['options']['sign']): readonly string[] {
  return sign === undefined ? [] : [sign.key, sign.hash, sign.certificate.base64];
}

/** The script's file name on the build host: its own, if it is safe for stap and a shell. */
export function scriptFileName(path: string): string {
  // In a revision, the path is `v1.2:script.stp`.
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf(':')) + 1);
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,100}\.stp$/.test(name) ? name : 'script.stp';
}
