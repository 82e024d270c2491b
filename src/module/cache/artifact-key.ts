import { createHash } from 'node:crypto';
import type { ArtifactKey } from '../../model/ids.ts';
import { crossCompilerIdentity } from '../../plan/builds/cross-build.ts';
import type { BuildInputs } from '../../plan/builds/plan-builds.ts';
import { stapArgv } from '../stap/stap-argv.ts';

/**
 * The digest of everything that decides a module's bytes: the script's text (not its path), arguments and options, the
 * kernel, the tree and the debuginfo it is built against, stap and its compiler. Raise the number when the way of
 * building changes.
 */
export function artifactKey({ build, builder, tree, cross }: BuildInputs): ArtifactKey {
  const decisive = [
    'tapbook-artifact/3',
    scriptFileName(build.source.path),
    build.source.text,
    stapArgv({ ...build, cross, scriptFile: scriptFileName(build.source.path) }),
    // What the arguments only point to.
    (build.options.tapsets ?? []).map(({ files }) => files.map(({ path, text }) => [path, text])),
    build.options.debuginfod ?? [],
    signer(build.options.sign),
    build.release,
    build.machine,
    tree.identity ?? '',
    tree.utsVersion ?? '',
    tree.debuginfo?.identity ?? '',
    builder.stap?.banner ?? '',
    builder.stap?.rc ?? '',
    tree.compiler?.version ?? builder.compiler?.version ?? '',
    crossCompilerIdentity(build.options, cross, builder, tree) ?? '',
  ];
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex') as ArtifactKey;
}

/**
 * Whether all that decides the module's bytes is known here and so in its key. It is not of what a compile server has, of
 * a tree below a sysroot, of the modules that a build host has loaded, and of a compiler that the probe does not find.
 */
export function isIdentified({ build: { options }, builder, tree, cross }: BuildInputs): boolean {
  const { allModules, sysroot, useServer } = options;
  if (allModules !== undefined || sysroot !== undefined || useServer !== undefined) return false;
  return crossCompilerIdentity(options, cross, builder, tree) !== undefined;
}

/** A renewed certificate is another one; where it lies is of no account. */
function signer(sign: BuildInputs['build']['options']['sign']): readonly string[] {
  return sign === undefined ? [] : [sign.key, sign.hash, sign.certificate.base64];
}

/** The script's file name on the build host: its own, if stap and a shell can bear it. */
export function scriptFileName(path: string): string {
  // Of a revision, the path is `v1.2:script.stp`.
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf(':')) + 1);
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,100}\.stp$/.test(name) ? name : 'script.stp';
}
