import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startBenchFleet } from './bench-fleet.ts';
import { measure } from './measure.ts';
import { tapbook } from './tapbook-command.ts';

/** One `tapbook build` of scripts for kernels. */
export interface BuildRun {
  readonly name: string;
  readonly scripts: number;
  readonly kernels: number;
  /** How often stap was run: once for each of these, and once for each new kernel to see whether it can build for that. */
  readonly staps: number;
  readonly wallSeconds: number;
  /** How much of the time somebody waited for stap, if it never ran twice at a time; over 1 where it did. */
  readonly shareOfStap: number;
}

/** With a stap that takes so many seconds: all anew, all from the cache, one script more. */
export async function measureBuilds(scripts: number, stapSeconds: number): Promise<readonly BuildRun[]> {
  const releases = ['6.1.0-55-cloud-amd64', '6.1.0-56-cloud-amd64'];
  await using fleet = await startBenchFleet({ releases, stapSeconds });
  const inventory = await fleet.inventory(releases.length * 2);
  const build = async (name: string, count: number): Promise<BuildRun> => {
    const playbook = join(fleet.folder, 'builds.yml');
    const lines = Array.from(
      { length: count },
      (_, index) => `    - { name: s${index}, inline: 'probe begin { println(${index}) exit() }', until_exit: true }\n`,
    );
    await writeFile(playbook, `- hosts: fleet\n  scripts:\n${lines.join('')}`);
    const before = await fleet.builds();
    const { code, wallSeconds, output } = await measure(tapbook('build', playbook, '-i', inventory), {
      env: fleet.env,
    });
    if (code !== 0) throw new Error(`build ends with ${code}: ${output.slice(-2000)}`);
    const staps = (await fleet.builds()) - before;
    const shareOfStap = (staps * stapSeconds) / wallSeconds;
    return { name, scripts: count, kernels: releases.length, staps, wallSeconds, shareOfStap };
  };
  return [await build('cold', scripts), await build('again', scripts), await build('one more script', scripts + 1)];
}
