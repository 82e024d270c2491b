import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { labEnvironment, labHome } from '../support/lab.ts';
import { eventsOf, parseEvents, startTapbook } from '../support/tapbook.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapbook-lab-arming-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** On these guests a kernel registers some ten kprobes in a second, and the script is live all the while. */
const manyProbes = `global ticks, hits
probe begin { println("begin") }
probe kernel.function("*@drivers/pci/pci.c").call { hits++ }
probe timer.ms(100) { ticks++ }
probe end { printf("%d ticks\\n", ticks) }
`;

test('a duration begins when all probes are armed, and what end prints is there', { timeout: 300_000 }, async () => {
  await writeFile(join(folder, 'many.stp'), manyProbes);
  const playbook = join(folder, 'many.yml');
  await writeFile(playbook, '- hosts: db1\n  scripts: [{ name: lab_arming, source: many.stp, duration: 3s }]\n');
  const inventory = (await labEnvironment())['TAPBOOK_LAB_INVENTORY'] ?? '';
  const running = startTapbook(['apply', playbook, '-i', inventory, '--format', 'json'], { env: labHome(folder) });
  const { code, stdout, stderr } = await running.finished;
  expect(code, `${stdout.slice(-3000)}\n${stderr}`).toBe(0);
  const events = parseEvents(stdout);
  const [armed] = eventsOf(events, 'script-armed');
  const [finished] = eventsOf(events, 'script-finished');
  // What shows that it is live before it is armed: the least that 100 probes take on a quick machine.
  expect(armed?.seconds).toBeGreaterThan(0.5);
  expect(finished).toMatchObject({ end: { kind: 'duration' }, left: { module: 'none', directory: 'removed' } });
  expect(finished?.cut).toBeUndefined();
  expect(finished?.traced).toBeGreaterThanOrEqual(3);
  const lines = eventsOf(events, 'line').flatMap(({ stream, text }) => (stream === 'stdout' ? [text] : []));
  const ticks = Number(/^(\d+) ticks$/.exec(lines.find(text => text.endsWith(' ticks')) ?? '')?.[1]);
  expect(lines[0]).toBe('begin');
  // A timer of a tenth of a second, on guests that may lose some.
  expect(ticks).toBeGreaterThanOrEqual(10);
});
