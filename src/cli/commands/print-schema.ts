import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { didYouMean } from '../../model/did-you-mean.ts';
import { listSchemas } from '../completion/list-schemas.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { findShipped } from '../find-shipped.ts';
import { ownConsole } from '../own-console.ts';

/** `tapbook schema [NAME]`: prints one of the schemas that come with tapbook; without a name, their names. */
export async function printSchema(name: string | undefined): Promise<ExitCode> {
  const folder = await findShipped('schemas', 'playbook.schema.json');
  const names = await listSchemas();
  if (name === undefined) {
    ownConsole.print(`${names.join('\n')}\n`);
    return exitCodes.ok;
  }
  if (!names.includes(name)) {
    const hint = didYouMean(name, names) ?? `there are: ${names.join(', ')}`;
    ownConsole.tell(`no schema "${name}"; ${hint}`);
    return exitCodes.usage;
  }
  ownConsole.print(await readFile(join(folder, `${name}.schema.json`), 'utf8'));
  return exitCodes.ok;
}
