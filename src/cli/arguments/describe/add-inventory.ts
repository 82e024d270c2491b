import type { Command } from '@commander-js/extra-typings';
import { addOptions } from '../options/add-options.ts';
import { ofInventory } from '../options/inventory-options.ts';
import { graphOptions, secretsOption } from '../options/show-options.ts';
import type { Finish } from './finish.ts';

/** Adds the commands that show an inventory. */
export function addInventory(program: Command, finish: Finish): void {
  const inventory = program.command('inventory').description('show what the inventory says');
  const list = inventory
    .command('list')
    .argument('[pattern]', 'which hosts', 'all')
    .description('list the hosts that a pattern selects; as JSON what ansible-inventory --list --export prints');
  addOptions(list, ...ofInventory, secretsOption).action(async (pattern, options) => {
    const { listInventory } = await import('../../commands/list-inventory.ts');
    finish(await listInventory(pattern, options));
  });
  const graph = inventory
    .command('graph')
    .argument('[group]', 'the group to begin with', 'all')
    .description('draw the tree of groups and hosts');
  addOptions(graph, ...ofInventory, graphOptions, secretsOption).action(async (group, options) => {
    const { graphInventory } = await import('../../commands/graph-inventory.ts');
    finish(await graphInventory(group, options));
  });
  const host = inventory
    .command('host')
    .argument('<name>', 'the host')
    .description('show each variable of a host, its value, and the file and line it comes from');
  addOptions(host, ...ofInventory, secretsOption).action(async (name, options) => {
    const { showHost } = await import('../../commands/show-host.ts');
    finish(await showHost(name, options));
  });
}
