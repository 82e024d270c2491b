/**
 * The version of the SystemTap that made a module. The module has it for the kernel's log (the translator's
 * emit_module_init: `VERSION/DWFL-VERSION`, such as `5.1/0.192`). Undefined where it is not found.
 */
export function readStapVersion(module: Uint8Array): string | undefined {
  const text = Buffer.from(module.buffer, module.byteOffset, module.byteLength).toString('latin1');
  return /\0(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)\/0\.\d{1,4}\0/.exec(text)?.[1];
}
