import { compileGlob } from '../../model/compile-glob.ts';

/**
 * Whether a list of ssh's patterns (ssh_config(5), PATTERNS; known_hosts has the same) is for a text: one of them matches,
 * and none that begins with `!`.
 */
export function matchesPatterns(patterns: readonly string[], text: string): boolean {
  let isMatch = false;
  for (const pattern of patterns) {
    const isNegated = pattern.startsWith('!');
    if (!compileGlob(isNegated ? pattern.slice(1) : pattern, 'without-classes').test(text)) continue;
    if (isNegated) return false;
    isMatch = true;
  }
  return isMatch;
}
