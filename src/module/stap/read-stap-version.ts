/**
 * The version of the SystemTap that made a module, which it prints into the kernel's log when it is loaded (the
 * translator's emit_module_init: `VERSION/DWFL-VERSION`, such as `5.1/0.192`); undefined where it does not say.
 */
export function readStapVersion(module: Uint8Array): string | undefined {
  const text = Buffer.from(module.buffer, module.byteOffset, module.byteLength).toString('latin1');
  return /\0(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)\/0\.\d{1,4}\0/.exec(text)?.[1];
}
