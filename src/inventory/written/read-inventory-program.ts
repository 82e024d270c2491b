import { resolve } from 'node:path';
import pLimit from 'p-limit';
import { readJson } from '../../document/read-json.ts';
import type { YamlTree } from '../../document/read-yaml.ts';
import type { Diagnostic } from '../../model/diagnostic.ts';
import type { Faulty } from '../../model/faulty.ts';
import type { HostName } from '../../model/ids.ts';
import { err, ok, type Result } from '../../model/result.ts';
import { readHostOutput, readInventoryOutput } from './read-inventory-output.ts';
import { runInventoryProgram } from './run-inventory-program.ts';
import type { WrittenEntry, WrittenInventory } from './written-inventory.ts';

/** The most calls of `--host` at the same time. */
const atOnce = 8;

/** Asks an inventory program with `--list`. If the answer has no `_meta`, also for each host with `--host NAME`. */
export async function readInventoryProgram(
  path: string,
  signal: AbortSignal,
): Promise<Result<WrittenInventory, Faulty<WrittenInventory>>> {
  const listed = await ask(path, ['--list'], signal);
  if (!listed.ok) return err({ diagnostics: listed.error });
  const output = readInventoryOutput(listed.value);
  if (!output.ok) return err({ diagnostics: output.error });
  const { entries, hosts, hostvars } = output.value;
  const source = { path, text: '' };
  const all: WrittenEntry[] = [...entries];
  const errors: Diagnostic[] = [];
  const add = (own: Result<readonly WrittenEntry[], Diagnostic>): void => {
    if (own.ok) all.push(...own.value);
    else errors.push(own.error);
  };
  if (hostvars !== undefined) {
    for (const host of hosts) {
      const own = Object.hasOwn(hostvars, host) ? hostvars[host] : undefined;
      if (own !== undefined) add(readHostOutput(host, own, listed.value, ['_meta', 'hostvars', host]));
    }
  } else {
    const limit = pLimit(atOnce);
    const answers = await Promise.all(hosts.map(host => limit(() => askForHost(path, host, signal))));
    for (const answer of answers) {
      if (answer.ok) all.push(...answer.value);
      else errors.push(...answer.error);
    }
  }
  const written: WrittenInventory = { source, entries: all, warnings: [] };
  return errors.length > 0 ? err({ diagnostics: errors, rest: written }) : ok(written);
}

async function askForHost(
  path: string,
  host: HostName,
  signal: AbortSignal,
): Promise<Result<readonly WrittenEntry[], readonly Diagnostic[]>> {
  const answer = await ask(path, ['--host', host], signal);
  if (!answer.ok) return answer.error.every(({ code }) => code === 'no-output') ? ok([]) : answer;
  const own = readHostOutput(host, answer.value.value, answer.value, []);
  return own.ok ? own : err([own.error]);
}

async function ask(
  path: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<Result<YamlTree, readonly Diagnostic[]>> {
  const command = [path, ...args].join(' ');
  const ran = await runInventoryProgram(resolve(path), args, signal);
  if (!ran.ok) {
    return err([{ severity: 'error', code: 'inventory-program-failed', message: `${command} ${ran.error}` }]);
  }
  if (ran.value.trim() === '') {
    return err([
      { severity: 'error', code: 'no-output', message: `${command} prints nothing, where JSON is expected` },
    ]);
  }
  const read = readJson({ path: command, text: ran.value });
  return read.ok ? read : err(read.error.diagnostics);
}
