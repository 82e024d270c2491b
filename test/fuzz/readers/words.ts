import { InvalidArgumentError } from '@commander-js/extra-typings';
import { age, duration } from '../../../src/cli/arguments/duration.ts';
import { expandRunLimit } from '../../../src/cli/arguments/expand-run-limit.ts';
import { since } from '../../../src/cli/arguments/since.ts';
import { wholeNumber } from '../../../src/cli/arguments/whole-number.ts';
import { splitTypedLine } from '../../../src/cli/completion/split-typed-line.ts';
import { readExtraVars } from '../../../src/engine/sources/read-extra-vars.ts';
import { readKeyValues } from '../../../src/engine/sources/read-key-values.ts';
import type { Inventory } from '../../../src/inventory/inventory.ts';
import { selectHosts } from '../../../src/inventory/patterns/select-hosts.ts';
import { mergeInventories } from '../../../src/inventory/resolve/merge-inventories.ts';
import { readSshArgs } from '../../../src/inventory/resolve/read-ssh-args.ts';
import { resolveInventory } from '../../../src/inventory/resolve/resolve-inventory.ts';
import { expandHostRange } from '../../../src/inventory/written/expand-host-range.ts';
import { parseHostAddress } from '../../../src/inventory/written/parse-host-address.ts';
import { readPythonLiteral } from '../../../src/inventory/written/python-literal.ts';
import { readHostList } from '../../../src/inventory/written/read-host-list.ts';
import { readIni } from '../../../src/inventory/written/read-ini.ts';
import type { KernelRelease, Machine } from '../../../src/model/ids.ts';
import { parseDuration, parseSize } from '../../../src/model/parse-amounts.ts';
import { printableLine, printableText } from '../../../src/model/printable-text.ts';
import { readStapFlags } from '../../../src/model/stap-flags.ts';
import { matchKernel } from '../../../src/plan/match-kernel.ts';
import { createConfinement } from '../../../src/process/confinement.ts';
import { splitWords } from '../../../src/process/split-words.ts';
import { readTitle } from '../../../src/records/read-title.ts';
import { parseOrder } from '../../../src/records/table-columns.ts';
import { parseCron } from '../../../src/schedule/cron-time.ts';
import { crontabLines } from '../../../src/schedule/crontab.ts';
import { describeJob } from '../../../src/schedule/describe-job.ts';
import { systemdUnits } from '../../../src/schedule/systemd-units.ts';
import { createHostVariables } from '../../../src/template/host-variables.ts';
import { parseTemplate } from '../../../src/template/template.ts';
import { matchesPatterns } from '../../../src/transport/ssh-config/match-patterns.ts';
import type { Reader } from '../reader.ts';
import { once } from './examples.ts';

const confinement = createConfinement('read');

/** The longest argument that Linux takes: 32 pages. */
const largest = 131_000;

const fleet = once((): Inventory => {
  const text = `[web]\nweb[1:9999]\n[old]\n${'a'.repeat(250)}\n${'a'.repeat(63)}.${'a'.repeat(63)}\n[all:children]\nweb\n`;
  const written = readIni({ path: 'hosts', text });
  if (!written.ok) throw new Error('the inventory of these readers is wrong');
  const { merged } = mergeInventories([written.value]);
  const resolved = resolveInventory({ sources: [written.value.source], merged, varsFiles: [], warnings: [] });
  if (!resolved.ok) throw new Error('the inventory of these readers is wrong');
  return resolved.value;
});

const amounts = () => [
  '90s',
  '1h30m',
  '2d',
  '1.5h',
  '64M',
  '1GiB',
  '0',
  '30',
  '3 days ago',
  '2026-11-23T00:41:05Z',
  '2026-11-23',
];

/** What is written in one word or line: on the command line, and in values of files. */
export const writtenWords: readonly Reader[] = [
  {
    name: 'amounts',
    largest,
    examples: amounts,
    read(text) {
      parseDuration(text);
      parseSize(text);
      for (const parse of [duration(1, 30), age, since, wholeNumber(1, 100)]) unlessRefused(() => parse(text));
    },
  },
  {
    name: 'host-patterns',
    largest,
    examples: () => [
      'web',
      'web:&old',
      'all:!web',
      'web[0]',
      'web[1:3]',
      '*a*a*a*',
      '~web\\d+$',
      'web?[!3-5]',
      'web1,web2',
      '[::1]:22',
    ],
    read: text => selectHosts(fleet(), text, ['all', text.replaceAll('@', '')]),
  },
  {
    name: 'host-ranges',
    largest,
    examples: () => ['db[01:50]', '[a:f]-node[1:10:2]', 'db1', 'db1:2222', '[::1]:22', 'db1,db2,db[1:3]'],
    read: text => [expandHostRange(text), parseHostAddress(text), readHostList(text)],
  },
  {
    name: 'ssh-patterns',
    largest,
    examples: () => ['*.example.com', '!db1', '[db1]:22', 'a*a*a*a*b', '10.0.?.*'],
    read(text) {
      for (const name of ['db1.example.com', 'a'.repeat(255)]) matchesPatterns(text.split(/[\s,]/), name);
    },
  },
  {
    name: 'kernel-globs',
    largest,
    examples: () => ['6.1.*', '*-amd64', '5.1[0-9].*', '*a*a*a*b', '[!6]*'],
    read(text) {
      for (const release of ['6.1.0-56-cloud-amd64', 'a'.repeat(64)])
        matchKernel([{ release: text } as never], release as KernelRelease, 'x86_64' as Machine);
    },
  },
  {
    name: 'cron',
    largest,
    examples: () => ['*/5 * * * *', '@daily', '0 0 1,15 * mon-fri', '59 23 31 12 7', '0 3 L * *', '@every 5m'],
    read(text) {
      parseCron(text);
      const job = describeJob(
        { path: 'plays/site.yml', cron: text, given: ['-e', text], name: 'x' },
        { directory: '/repo', home: '/home/me', environment: { A: text }, program: ['/bin/node', '/bin/tapbook'] },
      );
      if (job.ok) unlessRefused(() => [crontabLines(job.value), systemdUnits(job.value)]);
    },
  },
  {
    name: 'template',
    examples: () => [
      '{{ ansible_host }}',
      "{{ x | default('a') | upper }} and {{ n | plus: 1 }}",
      '{{ list[0] }}{{ map.key }} {{ map["key"] }}',
      '{{ list | join(",") }} {{ n | times: 1e3 }}',
      'printf("%d {{")',
    ],
    read(text) {
      const template = parseTemplate(text);
      const vars = {
        x: text.slice(0, 1000),
        n: 1e308,
        list: [1, 'a', null],
        map: { key: '{{ x }}' },
        ansible_host: 'h',
      };
      if (template.ok) template.value.fill(vars);
      const host = { name: 'h' as never, groups: [], vars };
      createHostVariables(host, { playVars: { y: text }, extraVars: {} }, new Map()).fill('{{ y }}');
    },
  },
  {
    name: 'extra-vars',
    largest,
    examples: () => [
      'a=1 b="x y" c=\'z\'',
      '{"a": [1, 2], "b": null}',
      'a: 1',
      'k=v\\ w',
      "[1, 'a', (2,), {'k': 1.5}]",
    ],
    read(text) {
      readKeyValues(text);
      readPythonLiteral(text);
      return readExtraVars([text.replace(/^@/, '')], confinement);
    },
  },
  {
    name: 'flags',
    largest,
    examples: () => [
      '-o Port=22 -J bastion -i "~/.ssh/k"',
      '-g -DX=1 --suppress-time-limits -s 4',
      "-v 'a b' \\x -o 'ProxyCommand=nc %h'",
    ],
    read(text) {
      readSshArgs(text);
      splitWords(text);
      splitTypedLine(text, String(text.length));
      return readStapFlags(text.split(' '));
    },
  },
  {
    name: 'shown-words',
    examples: () => ['\x1b[31mred\x1b[0m', 'count:desc', '12:00:01 cpu 3 of 0x1f', '-name', 'line\u202e1'],
    read(text) {
      printableText(text);
      printableLine(text, 300);
      parseOrder(text);
      readTitle(text);
      unlessRefused(() => expandRunLimit(text));
    },
  },
];

/** Commander tells a user what such an error says. */
function unlessRefused(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
  }
}
