import type { ValuesOf } from './option-spec.ts';

export const trustFolderOptions = [
  { flags: '--list', about: 'show the folders that are trusted', conflicts: ['remove'] },
  { flags: '--remove', about: 'trust it no longer' },
] as const;

export type TrustFolderOptions = ValuesOf<[typeof trustFolderOptions]>;
