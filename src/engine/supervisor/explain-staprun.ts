import { explainRuntimeError } from './explain-runtime-error.ts';
import { findSignal, type Signal } from './find-signal.ts';
import type { StaprunExplanation } from './staprun-explanation.ts';

/** Finds the cause of a failed load or run in `text`, staprun's standard error. The texts are those of staprun's source. */
export function explainStaprun(text: string, release: string, code?: number): StaprunExplanation {
  for (const { pattern, explain } of known) {
    const match = pattern.exec(text);
    if (match !== null) return explain(match, release);
  }
  const error = /^ERROR: (.+)$/m.exec(text)?.[1];
  if (error !== undefined) return explainRuntimeError(error) ?? { cause: error };
  if (code === 255)
    return { cause: 'staprun may not be run by this user', cure: 'connect as root, or set ansible_become: true' };
  const signal = code === undefined ? undefined : findSignal(code);
  if (signal !== undefined) return explainSignal(signal);
  const last = text.trimEnd().split('\n').at(-1) ?? '';
  return {
    cause: last === '' ? `staprun failed${code === undefined ? '' : ` with code ${code}`} and did not say why` : last,
  };
}

/** What a script or staprun had printed before is not why it was killed. */
function explainSignal({ number, name }: Signal): StaprunExplanation {
  const cause = `staprun was killed by signal ${number} (${name})`;
  if (crashes.has(name)) return { cause, cure: 'it crashed: see what dmesg says there, and try another SystemTap' };
  const memory = name === 'KILL' ? '; dmesg says there whether the kernel did, for want of memory' : '';
  return { cause, cure: `ask who did, and run it again${memory}` };
}

const crashes: ReadonlySet<string> = new Set(['ILL', 'TRAP', 'ABRT', 'BUS', 'FPE', 'SEGV', 'SYS']);

interface Known {
  readonly pattern: RegExp;
  readonly explain: (match: RegExpExecArray, release: string) => StaprunExplanation;
}

const known: readonly Known[] = [
  {
    pattern: /Couldn't insert module '[^']*': File exists/,
    explain: () => ({ cause: 'a module of this name is loaded already', cure: 'stop its user, or staprun -d NAME' }),
  },
  {
    pattern: /Couldn't insert module '[^']*': Invalid module format/,
    explain: (_, release) => ({
      cause: `the kernel does not take the module: it was not built for this ${release}`,
      cure: 'check that the headers on the build host are of exactly this kernel; dmesg on the target says more',
    }),
  },
  {
    pattern: /Couldn't insert module '[^']*': (?:Unknown symbol in module|No such file or directory)/,
    explain: () => ({
      cause: 'the module wants symbols that this kernel does not have',
      cure: 'dmesg on the target names them; rebuild with the headers of exactly this kernel',
    }),
  },
  {
    pattern: /Couldn't insert module '[^']*': Invalid parameters/,
    explain: () => ({ cause: 'the kernel refuses a value in globals', cure: 'give numbers to numeric globals' }),
  },
  {
    pattern: /(?:Key was rejected by service|Required key not available)/,
    explain: () => ({ cause: 'the kernel takes signed modules only (Secure Boot)', cure: 'boot without Secure Boot' }),
  },
  {
    pattern: /Couldn't insert module '[^']*': Operation not permitted/,
    explain: () => ({
      cause: 'the kernel refuses the module (lockdown, or a container without the right)',
      cure: 'cat /sys/kernel/security/lockdown there',
    }),
  },
  {
    pattern: /Can't resolve (\S+?)!/,
    explain: ([, symbol], release) => ({
      cause: `this SystemTap does not know kernel ${release}: it cannot find ${symbol}`,
      cure: 'do not run it on this kernel; use a newer SystemTap on both sides',
    }),
  },
  {
    pattern: /(?:module version mismatch|Build-id mismatch)[^\n]*/i,
    explain: ([line]) => ({ cause: line, cure: 'rebuild with the headers and debuginfo of exactly this kernel' }),
  },
  {
    pattern: /sudo: [^\n]+/,
    explain: ([line]) => ({ cause: line, cure: 'check ansible_become_password and sudoers on the target' }),
  },
];
