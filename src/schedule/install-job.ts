import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { JobChange } from '../model/job-change.ts';
import { err, ok, type Result } from '../model/result.ts';
import { ownHome, ownUid } from '../process/own-account.ts';
import { runProgram } from '../process/run-program.ts';
import { addToCrontab, removeFromCrontab } from './crontab.ts';
import type { ScheduledJob } from './scheduled-job.ts';
import { systemdUnits } from './systemd-units.ts';

/** What was changed. The error is a sentence. */
export type Installed = Result<readonly JobChange[], string>;

/** Adds a job to the crontab of this user, or removes it. Nothing else in the crontab is changed. */
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
  if (after === before) return ok([{ kind: 'crontab', became: mode === 'add' ? 'kept' : 'absent' }]);
  const written = await run('crontab', ['-'], { signal, input: after });
  return written.ok ? ok([{ kind: 'crontab', became: mode === 'add' ? 'added' : 'removed' }]) : written;
}

/** Writes a job's units and starts its timer, or stops it and removes them. root uses system units, other users their own. */
export async function changeUnits(job: ScheduledJob, mode: 'add' | 'remove', signal: AbortSignal): Promise<Installed> {
  const { service, timer } = systemdUnits(job);
  const folder = unitFolder();
  const files = [service, timer].map(unit => ({ path: join(folder, unit.name), text: unit.text }));
  const done: JobChange[] = [];
  const systemctl = async (...args: readonly string[]): Promise<Result<string, string>> => {
    const scoped = [...(ownUid() === 0 ? [] : ['--user']), ...args];
    const ran = await run('systemctl', scoped, { signal });
    if (ran.ok) done.push({ kind: 'command', argv: ['systemctl', ...scoped] });
    return ran;
  };
  const install = async (): Promise<Installed> => {
    await mkdir(folder, { recursive: true });
    for (const { path, text } of files) {
      await writeFileAtomic(path, text, { mode: 0o644 });
      done.push({ kind: 'file', became: 'written', path });
    }
    const reloaded = await systemctl('daemon-reload');
    const enabled = reloaded.ok ? await systemctl('enable', '--now', timer.name) : reloaded;
    return enabled.ok ? ok(done) : enabled;
  };
  const remove = async (): Promise<Installed> => {
    const stopped = await systemctl('disable', '--now', timer.name);
    for (const { path } of files) {
      await rm(path, { force: true });
      done.push({ kind: 'file', became: 'removed', path });
    }
    const reloaded = await systemctl('daemon-reload');
    return stopped.ok || reloaded.ok ? ok(done) : reloaded;
  };
  try {
    return await (mode === 'add' ? install() : remove());
  } catch (error) {
    return err((error as Error).message);
  }
}

function unitFolder(): string {
  if (ownUid() === 0) return '/etc/systemd/system';
  return join(process.env['XDG_CONFIG_HOME'] ?? join(ownHome(), '.config'), 'systemd/user');
}

/** How long one call of crontab or systemctl may take, in milliseconds. */
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
