import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { onLabHost, sendToLabHost } from './lab.ts';

/** Where targets have the program of test/lab/victim.c, and no other host. */
export const victimPath = '/opt/victim/victim';

/** The program in its two builds. */
export interface VictimBuilds {
  readonly first: VictimBuild;
  readonly rebuilt: VictimBuild;
}

export interface VictimBuild {
  readonly bytes: Uint8Array;
  readonly buildId: string;
}

/** Compiled where modules are, in a folder that no script names. */
export async function compileVictims(): Promise<VictimBuilds> {
  const folder = (await onLabHost('builder', 'mktemp -d')).trim();
  await sendToLabHost('builder', `${folder}/victim.c`, await readFile(new URL('../lab/victim.c', import.meta.url)));
  const compile = async (options: string): Promise<VictimBuild> => {
    const commands = `cd ${folder} && gcc-12 -O1 ${options} -o out victim.c && readelf -n out && echo === && base64 out`;
    const [notes = '', bytes = ''] = (await onLabHost('builder', commands)).split('===\n');
    return { bytes: Buffer.from(bytes, 'base64'), buildId: /Build ID: (\w+)/.exec(notes)?.[1] ?? '' };
  };
  const builds = { first: await compile(''), rebuilt: await compile('-DREBUILT') };
  await onLabHost('builder', `rm -r ${folder}`);
  return builds;
}

/** Puts a build in its place as packages do: another file by the same name, so that who runs the old one goes on with it. */
export async function installVictim(host: string, { bytes }: VictimBuild, root = ''): Promise<void> {
  const path = `${root}${victimPath}`;
  await onLabHost(host, `mkdir -p ${dirname(path)}`);
  await sendToLabHost(host, `${path}.new`, bytes);
  await onLabHost(host, `chmod 755 ${path}.new && mv ${path}.new ${path}`);
}

/** What it prints on a host that does not hurt it. */
export function rightDigest(round: number): string {
  return ((valueOfMark(round) ^ 0x5a5an) & (2n ** 64n - 1n)).toString(16).padStart(16, '0');
}

/** The second argument of its mark. */
export function valueOfMark(round: number): bigint {
  return ((BigInt(round) * 6364136223846793005n) & (2n ** 64n - 1n)) ^ 0x9090909090909090n;
}
