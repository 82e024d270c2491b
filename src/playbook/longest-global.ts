import { longestString } from '../model/build-options.ts';
import type { KernelRule, Script } from './playbook.ts';

/** The longest string of a global, in bytes; of several kernels the largest. The script's own define wins. */
export function longestGlobal({ stapOptions }: Script, kernels: readonly KernelRule[]): number {
  if (stapOptions.defines?.['MAXSTRINGLEN'] !== undefined || kernels.length === 0) {
    return longestString(stapOptions.defines);
  }
  return Math.max(...kernels.map(rule => longestString(rule.stapOptions.defines)));
}
