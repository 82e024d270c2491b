import { type Command, InvalidArgumentError, Option } from 'commander';
import type { TableOrder } from '../../model/records.ts';
import { parseOrder } from '../../records/table-columns.ts';
import { wholeNumber } from './whole-number.ts';

/** What is wanted of tables other than the playbook says. */
export function addTableWishes(command: Command): Command {
  return command
    .addOption(new Option('--sort <column[:asc|desc]>', "sort the fleet's tables by this column").argParser(tableOrder))
    .addOption(
      new Option('--top <n>', 'so many rows of each table, and the rest as one').argParser(wholeNumber(1, 100_000)),
    );
}

function tableOrder(text: string): TableOrder {
  const order = parseOrder(text);
  if (order === undefined) throw new InvalidArgumentError('Give a column, such as bytes, bytes:desc or execname:asc.');
  return order;
}
