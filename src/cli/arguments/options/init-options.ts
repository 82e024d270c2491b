import type { ValuesOf } from './option-spec.ts';

export const initOptions = [
  { flags: '--ci <which>', about: 'the job for CI', choices: ['github', 'gitlab', 'both', 'none'], default: 'github' },
  { flags: '--force', about: 'replace files that are in the way; only those that are named without it' },
] as const;

export type InitOptions = ValuesOf<[typeof initOptions]>;
