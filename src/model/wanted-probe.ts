import type { BinaryProbes } from './binary-probes.ts';
import { compileGlob } from './compile-glob.ts';
import { findNearest } from './did-you-mean.ts';
import type { Place } from './source.ts';

/** A mark or function that a script probes in a file, by its name. */
export interface WantedProbe {
  /** Absolute, as the script has it. */
  readonly path: string;
  readonly kind: 'mark' | 'function';
  /** With stap's wildcards. */
  readonly name: string;
  /** Of a mark; undefined: any. */
  readonly provider?: string;
  /** Of the name, or of the probe that uses a tapset which names it. */
  readonly place: Place;
  /** `possible`: the script does without it, as by `?`. */
  readonly presence: 'certain' | 'possible';
}

/** A name that the file does not have, and the one that may have been meant. */
export interface MissingProbe {
  readonly wanted: WantedProbe;
  readonly nearest?: string;
}

/**
 * Which of these a file does not have. Of a function that is said only where another name is near: debuginfo may know static ones. Nor is it
 * said where names are mangled, as in C++ and Rust. A `-` in a mark's name stands for `__`, as in DTrace.
 */
export function findMissingProbes(
  wanted: readonly WantedProbe[],
  { markers, functions, debugInfo }: Pick<BinaryProbes, 'markers' | 'functions' | 'debugInfo'>,
): readonly MissingProbe[] {
  const areAllKnown = debugInfo.dwarf === 'none' && !debugInfo.miniDebugInfo && !functions.some(isMangled);
  return wanted.flatMap(one => {
    if (one.presence === 'possible') return [];
    if (one.kind === 'function' && (!areAllKnown || !/^[\w.$*?]+$/.test(one.name))) return [];
    const provider = compileGlob(one.provider ?? '*');
    const names =
      one.kind === 'function'
        ? functions
        : markers.filter(marker => provider.test(marker.provider)).map(({ name }) => name);
    const name = one.kind === 'function' ? one.name : one.name.replaceAll('-', '__');
    const glob = compileGlob(name);
    if (names.some(known => glob.test(known))) return [];
    const nearest = findNearest(name, names);
    if (one.kind === 'function' && nearest === undefined) return [];
    return [{ wanted: one, ...(nearest === undefined ? {} : { nearest }) }];
  });
}

function isMangled(name: string): boolean {
  return name.startsWith('_Z') || name.startsWith('_R');
}
