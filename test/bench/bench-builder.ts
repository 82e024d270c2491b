import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { elfModule } from '../support/elf-module.ts';
import { type StandInFleet, startStandInFleet } from '../support/stand-in-fleet.ts';

/** A build host with a tree for each kernel and a stap that takes a known time. */
export interface BenchBuilder extends AsyncDisposable {
  /** Its lines of an inventory. */
  readonly lines: string;
  /** As large as a script of some lines comes out. */
  readonly module: string;
  readonly env: StandInFleet['env'];
  /** How often stap was run to build. */
  readonly builds: () => Promise<number>;
}

const moduleBytes = 250_000;

export async function startBenchBuilder(releases: readonly string[], stapSeconds: number): Promise<BenchBuilder> {
  const fleet = await startStandInFleet('builder');
  const { root } = fleet.host('builder');
  const modules = join(root, 'built');
  await mkdir(modules);
  for (const release of releases) {
    const build = join(root, 'lib', 'modules', release, 'build');
    await mkdir(build, { recursive: true });
    for (const file of ['.config', 'Module.symvers', 'Makefile']) await writeFile(join(build, file), '');
    const elf = elfModule([`vermagic=${release} SMP mod_unload`, 'name=x']);
    await writeFile(
      join(modules, `${release}.ko`),
      Buffer.concat([elf, Buffer.alloc(moduleBytes - elf.length, 'tapbook ')]),
    );
  }
  const stap = join(root, 'bin', 'stap');
  await writeFile(stap, standIn.replaceAll('RIG', root).replaceAll('SECONDS', String(stapSeconds)));
  await chmod(stap, 0o755);
  const inventory = await readFile(fleet.inventory, 'utf8');
  return {
    lines: inventory.slice(0, inventory.indexOf('[db]')),
    module: join(modules, `${releases[0]}.ko`),
    env: fleet.env,
    builds: () =>
      readFile(join(root, 'builds'), 'utf8').then(
        text => text.length,
        () => 0,
      ),
    [Symbol.asyncDispose]: () => fleet[Symbol.asyncDispose](),
  };
}

const standIn = `#!/bin/dash
if [ "$1" = -V ]; then
  echo 'Systemtap translator/driver (version 5.4/0.192, Debian version 5.4-1)' >&2
  exit 0
fi
printf . >>RIG/builds
while [ $# -gt 0 ]; do
  case $1 in
    -m) module=$2 && shift ;;
    -r) release=$2 && shift ;;
  esac
  shift
done
sleep SECONDS
cp "RIG/built/$release.ko" "$module.ko"
`;
