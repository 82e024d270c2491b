import { inRounds, medianBy } from './in-rounds.ts';
import { measure } from './measure.ts';
import { tapbook } from './tapbook-command.ts';

export interface StartUp {
  readonly name: string;
  readonly milliseconds: number;
  /** Of what node itself takes to do nothing. */
  readonly ratio: number;
}

const playbook = new URL('../../playbooks/ioread-top5.yml', import.meta.url).pathname;

export async function measureStartUp(rounds: number): Promise<readonly StartUp[]> {
  const commands: readonly (readonly [string, readonly [string, ...string[]]])[] = [
    ['node -e 0', [process.execPath, '-e', '0']],
    ['tapbook --version', tapbook('--version')],
    ['tapbook --help', tapbook('--help')],
    ['tapbook check', tapbook('check', playbook)],
  ];
  // The first round fills the file cache.
  await inRounds(
    1,
    commands.map(
      ([, argv]) =>
        () =>
          measure(argv),
    ),
  );
  const all = await inRounds(
    rounds,
    commands.map(
      ([, argv]) =>
        () =>
          measure(argv),
    ),
  );
  const medians = all.map(runs => medianBy(runs, run => run.wallSeconds).wallSeconds * 1000);
  return commands.map(([name], index) => {
    const milliseconds = medians[index] ?? 0;
    return { name, milliseconds, ratio: milliseconds / (medians[0] ?? 1) };
  });
}
