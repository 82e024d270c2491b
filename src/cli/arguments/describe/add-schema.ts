import type { Command } from '@commander-js/extra-typings';
import type { Finish } from './finish.ts';

export function addSchema(program: Command, finish: Finish): void {
  program
    .command('schema')
    .argument('[name]', 'which schema')
    .description('print a JSON schema; without a name, the names of all')
    .action(async name => {
      const { printSchema } = await import('../../commands/print-schema.ts');
      finish(await printSchema(name));
    });
}
