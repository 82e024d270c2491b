import { planPlay } from '../../src/plan/plan-play.ts';
import { makeBuilder, makeKernel, makeTree, planInput, ready } from '../plan/rig.ts';

/** Plans ten thousand hosts of four kernels from canned facts, and prints how long that took: a program of its own, for its memory. */
const releases = [54, 55, 56, 57].map(number => `6.1.0-${number}-cloud-amd64`);
const targets = Array.from({ length: 10_000 }, (_, index) =>
  ready(`host${index}`, { facts: { kernel: makeKernel(releases[index % releases.length]) } }),
);
const builders = [makeBuilder('builder', { trees: releases.map(release => makeTree(release)) })];
const input = planInput({ targets, builders });
const began = performance.now();
const plan = planPlay(input);
const seconds = (performance.now() - began) / 1000;
const running = plan.hosts.filter(({ decision }) => decision.kind === 'run').length;
process.stdout.write(JSON.stringify({ hosts: plan.hosts.length, running, builds: plan.builds.length, seconds }));
