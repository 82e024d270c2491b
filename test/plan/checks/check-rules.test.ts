import { expect, test } from 'vitest';
import type { HostName } from '../../../src/model/ids.ts';
import { err } from '../../../src/model/result.ts';
import { checkRules } from '../../../src/plan/checks/check-rules.ts';
import { diagnosePlay } from '../../../src/plan/checks/diagnose-play.ts';
import { judging, makeBuilder, makePlay, place, presentBinary, probing, ready } from '../rig.ts';

test('a target and a build host have a row for each check of the table, in its order', () => {
  const builder = makeBuilder('b1', { kmodsign: '/usr/bin/kmodsign', readableKeys: ['/k'] });
  const sign = { key: '/k', certificate: { path: 'k.pem', base64: '' }, hash: 'sha256' };
  const play = makePlay({ sign });
  const probes = { probed: [probing('/usr/bin/db')], binaries: [presentBinary('/usr/bin/db', '459f')] };
  const kinds = { targets: [ready('db1', probes)], builders: [builder], playBuilders: [builder.host.name] };
  const mark = { path: '/usr/bin/db', kind: 'mark', name: 'start', presence: 'certain', place } as const;
  const named = { path: '/usr/bin/db', wanted: [mark], probes: err({ stage: 'probe' as const, cause: 'gone' }) };
  const read = new Map([['db1' as HostName, [named]]]);
  const { hosts } = diagnosePlay({ read, play, ...kinds, kernelBuilders: new Map(), lookUpCanary: judging() });
  expect(hosts.map(({ role, findings }) => [role, findings.map(({ check }) => check)])).toEqual([
    ['target', Object.keys(checkRules.target)],
    ['build-host', Object.keys(checkRules['build-host'])],
  ]);
});
