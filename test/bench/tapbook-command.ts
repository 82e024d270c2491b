const program = new URL('../../dist/tapbook.js', import.meta.url).pathname;

/** The bundled program, as a user starts it. */
export function tapbook(...args: readonly string[]): readonly [string, ...string[]] {
  return [process.execPath, program, ...args];
}
