/** The shells that a target may have as its `sh`, and how each is called. */
export const shells: readonly (readonly [name: string, argv: readonly [string, ...string[]]])[] = [
  ['dash', ['dash']],
  ['bash', ['bash', '--posix']],
  ['busybox', ['busybox', 'sh']],
];
