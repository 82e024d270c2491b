import type { BuildOptions } from '../../model/build-options.ts';

/**
 * What of `-d` stap could not put symbols and unwind data of into a module (`emit_symbol_data_done` in translate.cxx). It says the
 * same of what it has looked for by itself: that is not told.
 */
export function findMissingUnwind(
  log: string,
  { unwind = [], sysroot = '' }: Pick<BuildOptions, 'unwind' | 'sysroot'>,
): readonly string[] {
  const found = log.matchAll(/^WARNING: missing unwind\/symbol data for module '([^'\n]+)'/gm);
  const missing = new Set([...found].map(([, name]) => name));
  return unwind.filter(name => missing.has(name) || (name.startsWith('/') && missing.has(`${sysroot}${name}`)));
}
