import { expect, test } from 'vitest';
import {
  longestModuleName,
  parseGroupName,
  parseHostName,
  parseKernelRelease,
  parseMachine,
  parseModuleName,
  parseRunId,
} from '../../src/model/ids.ts';

const parsers: Readonly<Record<string, (text: string) => string | undefined>> = {
  host: parseHostName,
  group: parseGroupName,
  release: parseKernelRelease,
  machine: parseMachine,
  module: parseModuleName,
  run: parseRunId,
};

test.each([
  ['host', 'db1.example.com'],
  ['host', '../../etc'],
  ['host', 'fe80::1%eth0'],
  ['host', 'ü'],
  ['group', 'build_hosts'],
  ['release', '6.1.0-47-cloud-amd64'],
  ['release', '2.6.18-348.12.1.el5'],
  ['release', '5.14.0-427.el9.x86_64+debug'],
  ['release', '6.12~rc1_x'],
  ['machine', 'x86_64'],
  ['module', 'ioread_top5'],
  ['module', 'IO'],
  ['module', 'a'.repeat(longestModuleName)],
  ['run', '20250101T120000Z-0a1b2c'],
])('a %s may be %j', (kind, text) => {
  expect(parsers[kind]?.(text)).toBe(text);
});

test.each([
  ['host', ''],
  ['host', 'a b'],
  ['host', 'a\nb'],
  ['host', 'a\u0007'],
  ['host', 'x'.repeat(256)],
  ['host', 'db\u202e1'],
  ['host', 'db\u200b1'],
  ['group', 'g\ufeff'],
  ['group', 'a\tb'],
  ['release', ''],
  ['release', '.hidden'],
  ['release', '6.1/../..'],
  ['release', '6.1 $(id)'],
  ['release', '6.1\n'],
  ['release', 'x'.repeat(65)],
  ['machine', 'x86-64'],
  ['machine', ''],
  ['module', 'bad-name'],
  ['module', 'name.ko'],
  ['module', ''],
  ['module', 'a'.repeat(longestModuleName + 1)],
  ['run', '20250101T120000Z-0A1B2C'],
  ['run', '../20250101T120000Z-0a1b2c'],
])('no %s is %j', (kind, text) => {
  expect(parsers[kind]?.(text)).toBeUndefined();
});
