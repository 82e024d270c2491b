import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { err, ok, type Result } from '../../model/result.ts';
import { ownHome } from '../../process/own-account.ts';
import { runProgram } from '../../process/run-program.ts';
import { addToCrontab, removeFromCrontab } from '../../schedule/crontab.ts';
import type { ScheduledJob } from '../../schedule/scheduled-job.ts';
import { systemdUnits } from '../../schedule/systemd-units.ts';

/** What was done, a line each; or why it could not be. */
export type Installed = Result<readonly string[], string>;

/** Puts a job into the crontab of this user, or takes it out. Nothing else in there is changed. */
export async function changeCrontab(
  job: ScheduledJob,
  mode: 'add' | 'remove',
  signal: AbortSignal,
): Promise<Installed> {
  const listed = await run('crontab', ['-l'], { signal });
  // Without one, crontab -l fails and says so.
  if (!listed.ok && !/no crontab for/i.test(listed.error)) return listed;
  const before = listed.ok ? listed.value : '';
  const after = mode === 'add' ? addToCrontab(before, job) : removeFromCrontab(before, job.name);
  if (after === before) return ok([mode === 'add' ? 'the crontab has it already' : 'the crontab does not have it']);
  const written = await run('crontab', ['-'], { signal, input: after });
  if (!written.ok) return written;
  return ok([mode === 'add' ? 'added to the crontab (crontab -l shows it)' : 'removed from the crontab']);
}

/** Writes a job's units and starts its timer, or stops it and removes them: root's are the system's, others' their own. */
export async function changeUnits(job: ScheduledJob, mode: 'add' | 'remove', signal: AbortSignal): Promise<Installed> {
  const isRoot = process.getuid?.() === 0;
  const scope = isRoot ? [] : ['--user'];
  const folder = isRoot
    ? '/etc/systemd/system'
    : join(process.env['XDG_CONFIG_HOME'] ?? join(ownHome(), '.config'), 'systemd/user');
  const { service, timer } = systemdUnits(job);
  const paths = [service, timer].map(unit => ({ path: join(folder, unit.name), text: unit.text }));
  const done: string[] = [];
  const systemctl = async (...args: readonly string[]): Promise<Result<string, string>> => {
    const ran = await run('systemctl', [...scope, ...args], { signal });
    if (ran.ok) done.push(`systemctl ${[...scope, ...args].join(' ')}`);
    return ran;
  };
  try {
    if (mode === 'add') {
      await mkdir(folder, { recursive: true });
      for (const { path, text } of paths) {
        await writeFileAtomic(path, text, { mode: 0o644 });
        done.push(`wrote ${path}`);
      }
      const steps = [['daemon-reload'], ['enable', '--now', timer.name]];
      for (const step of steps) {
        const ran = await systemctl(...step);
        if (!ran.ok) return ran;
      }
      return ok(done);
    }
    const stopped = await systemctl('disable', '--now', timer.name);
    for (const { path } of paths) {
      await rm(path, { force: true });
      done.push(`removed ${path}`);
    }
    const reloaded = await systemctl('daemon-reload');
    return stopped.ok || reloaded.ok ? ok(done) : reloaded;
  } catch (error) {
    return err((error as Error).message);
  }
}

/** In milliseconds. */
const limitMs = 30_000;

async function run(
  program: string,
  args: readonly string[],
  { signal, input = '' }: { readonly signal: AbortSignal; readonly input?: string },
): Promise<Result<string, string>> {
  const output = { mostBytes: 1024 * 1024 };
  const ran = await runProgram([program, ...args], { signal, limitMs, output, stdin: { text: input } });
  if (ran.ok) return ok(ran.value.output.toString('utf8'));
  const { kind, cause, says } = ran.error;
  if (kind === 'absent') return err(`there is no program ${program} on this machine`);
  return err(`${program} ${args.join(' ')}: ${says.trim() || `it ${cause}`}`);
}
