import { readdir, readFile } from 'node:fs/promises';
import { didYouMean } from '../model/did-you-mean.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';

/** `tapbook schema [NAME]`: prints one of the schemas that come with tapbook; without a name, their names. */
export async function printSchema(name: string | undefined): Promise<ExitCode> {
  const folder = await findSchemas();
  const names = (await readdir(folder))
    .filter(file => file.endsWith('.schema.json'))
    .map(file => file.replace('.schema.json', ''))
    .sort();
  if (name === undefined) {
    process.stdout.write(`${names.join('\n')}\n`);
    return exitCodes.ok;
  }
  if (!names.includes(name)) {
    const hint = didYouMean(name, names) ?? `there are: ${names.join(', ')}`;
    process.stderr.write(`tapbook: no schema "${name}"; ${hint}\n`);
    return exitCodes.usage;
  }
  process.stdout.write(await readFile(new URL(`${name}.schema.json`, folder), 'utf8'));
  return exitCodes.ok;
}

/** `schemas/` lies beside `dist/` and beside `src/`, from wherever in them this file runs. */
async function findSchemas(): Promise<URL> {
  for (const path of ['../schemas/', '../../schemas/']) {
    const folder = new URL(path, import.meta.url);
    const files = await readdir(folder).catch((): string[] => []);
    if (files.includes('playbook.schema.json')) return folder;
  }
  throw new Error('the folder schemas is missing from this installation');
}
