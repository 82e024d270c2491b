import { InvalidArgumentError } from '@commander-js/extra-typings';
import type { TableOrder } from '../../../model/records.ts';
import { parseOrder } from '../../../records/table-columns.ts';
import { wholeNumber } from '../whole-number.ts';
import type { Parser } from './option-spec.ts';

/** How tables are sorted, and how many rows each has. These win over the playbook's `aggregate`. */
export const tableOptions = [
  {
    flags: '--sort <column[:asc|desc]>',
    about: "sort the fleet's tables by this column",
    parse: tableOrder as Parser<TableOrder>,
  },
  {
    flags: '--top <n>',
    about: 'so many rows of each table, and the rest as one',
    parse: wholeNumber(1, 100_000) as Parser<number>,
  },
] as const;

function tableOrder(text: string): TableOrder {
  const order = parseOrder(text);
  if (order === undefined) throw new InvalidArgumentError('Give a column, such as bytes, bytes:desc or execname:asc.');
  return order;
}
