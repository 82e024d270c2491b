import type { ElfBuildId } from '../model/ids.ts';
import type { SourceFile } from '../model/source.ts';
import { describeUnsure } from './describe-unsure.ts';
import { locateTokens } from './locate-tokens.ts';
import { probedPrograms } from './probed-programs.ts';
import type { UnsureKind } from './process-points.ts';

/** The user-space files that a script probes, as far as its text tells. */
export interface ProbedFiles {
  /** Each path once, in the order of the script. */
  readonly paths: readonly ProbedPath[];
  /** The forms `process("HEX")`, which probe a build-id wherever it is. */
  readonly buildIds: readonly ProbedBuildId[];
  /** What only the build shows. */
  readonly unsure: readonly UnsureProbe[];
}

/** Where it stands in the script, lines and columns from 1; for what a tapset names, the probe that uses the tapset. */
interface InScript {
  readonly line: number;
  readonly col: number;
}

interface Probed extends InScript {
  /**
   * `breakpoints`: the module has addresses in this file, and with another build-id they are wrong. `build`: only the build looks
   * into it, for types (`@cast`), for a variable (`@var`) or for the libraries of a program; or the module knows it by its name
   * (`begin`, `syscall`). Nothing is planted into it then, and a host may do without it.
   */
  readonly use: 'breakpoints' | 'build';
  /** `possible`: marked with `?`, or in a branch of the preprocessor. A host may do without. */
  readonly presence: 'certain' | 'possible';
}

export interface ProbedPath extends Probed {
  /** Absolute, as the script has it, with arguments filled in. The build follows its symbolic links. */
  readonly path: string;
  readonly kind: 'program' | 'library';
}

export interface ProbedBuildId extends Probed {
  /** Lower-case hexadecimal digits: mostly 40, but stap takes 3 for one, too. */
  readonly buildId: ElfBuildId;
}

export interface UnsureProbe extends Probed {
  /** The name of the program or library, or the probe point: `postgres`, `python.function.entry`. */
  readonly text: string;
  readonly kind: UnsureKind;
  /** Half a sentence that goes on from the text: `is looked for along the PATH of the build host`. */
  readonly why: string;
}

/**
 * Reads which user-space files a script with these arguments (undefined: a value that is not known yet) has breakpoints in. `tapsets` are
 * the .stp and .stpm files that its build gets with -I. Never fails. A path is told once too often rather than not at all;
 * what a script cannot tell is `unsure`. `process.begin` and its like without a path have no file, and are not told.
 */
export function readProbedFiles(
  text: string,
  args: readonly (string | undefined)[] = [],
  tapsets: readonly SourceFile[] = [],
): ProbedFiles {
  const at = locateTokens({ path: '', text });
  const paths = new Map<string, ProbedPath>();
  const buildIds = new Map<string, ProbedBuildId>();
  const unsure = new Map<string, UnsureProbe>();
  for (const { named, role, text: name, use, presence, token } of probedPrograms(text, args, tapsets)) {
    const { line, column } = at(token);
    const probed = { use, presence, line, col: column };
    if (named.kind === 'path') {
      const kind = role === 'library' || /\.so(?:\.|$)/.test(named.path) ? 'library' : 'program';
      keep(paths, named.path, { path: named.path, kind, ...probed });
    } else if (named.kind === 'build-id') {
      keep(buildIds, named.buildId, { buildId: named.buildId, ...probed });
    } else {
      keep(unsure, `${named.kind} ${name}`, {
        text: name,
        kind: named.kind,
        why: describeUnsure(named.kind, role),
        ...probed,
      });
    }
  }
  return { paths: [...paths.values()], buildIds: [...buildIds.values()], unsure: [...unsure.values()] };
}

/** The first place of what several points name; of their uses the one that asks most. */
function keep<Kept extends Probed>(kept: Map<string, Kept>, key: string, probed: Kept): void {
  const known = kept.get(key);
  if (known === undefined) kept.set(key, probed);
  else {
    const use = known.use === 'breakpoints' ? known.use : probed.use;
    const presence = known.presence === 'certain' ? known.presence : probed.presence;
    kept.set(key, { ...known, use, presence });
  }
}
