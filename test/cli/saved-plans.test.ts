import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { makePlanRig } from './saved-plan-rig.ts';

test('a plan is saved and applied', async () => {
  await using rig = await makePlanRig();
  const planned = await rig.tapbook('plan', 'io.yml', '-i', 'hosts.ini', '--out', 'io.plan');
  console.log(planned.code, rig.plain(planned.stdout + planned.stderr));
  const applied = await rig.tapbook('apply', 'io.plan');
  console.log(applied.code, rig.plain(applied.stdout + applied.stderr));
  console.log(await rig.ran('db1'), await rig.built(), (await stat(rig.path('io.plan'))).mode.toString(8));
  console.log(await rig.read('io.plan'));
  expect(1).toBe(1);
});
