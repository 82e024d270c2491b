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
export function findMissingProbes(wanted: readonly WantedProbe[], probes: NamedProbes): readonly MissingProbe[] {
  const areAllKnown = hasPlainTables(probes);
  return wanted.flatMap(one => {
    if (one.presence === 'possible') return [];
    if (one.kind === 'function' && (!areAllKnown || !/^[\w.$*?]+$/.test(one.name))) return [];
    if (isListed(one, probes)) return [];
    const nearest = findNearest(plainName(one), namesFor(one, probes));
    if (one.kind === 'function' && nearest === undefined) return [];
    return [{ wanted: one, ...(nearest === undefined ? {} : { nearest }) }];
  });
}

type NamedProbes = Pick<BinaryProbes, 'markers' | 'functions' | 'debugInfo'>;

/** Whether the file's marks, or its tables of symbols, have it. */
export function isListed(wanted: WantedProbe, probes: NamedProbes): boolean {
  const glob = compileGlob(plainName(wanted));
  return namesFor(wanted, probes).some(known => glob.test(known));
}

/** Whether the file tells functions by its tables of symbols alone, and as C has them. */
export function hasPlainTables({ functions, debugInfo }: NamedProbes): boolean {
  return debugInfo.dwarf === 'none' && !debugInfo.miniDebugInfo && !functions.some(isMangled);
}

function namesFor({ kind, provider = '*' }: WantedProbe, { markers, functions }: NamedProbes): readonly string[] {
  if (kind === 'function') return functions;
  const glob = compileGlob(provider);
  return markers.flatMap(marker => (glob.test(marker.provider) ? [marker.name] : []));
}

function plainName({ kind, name }: WantedProbe): string {
  return kind === 'function' ? name : name.replaceAll('-', '__');
}

function isMangled(name: string): boolean {
  return name.startsWith('_Z') || name.startsWith('_R');
}
