import { expect, test } from 'vitest';
import { describeJob, type JobWishes } from '../../src/schedule/describe-job.ts';

const describe = (wishes: Partial<JobWishes>) =>
  describeJob(
    { path: 'plays/site.yml', cron: '@daily', given: [], ...wishes },
    { directory: '/repo', home: '/home/me', environment: {}, program: ['/bin/node', '/bin/tapbook'] },
  );

test('a job is named after its playbook, with whole paths, and is quiet', () => {
  expect(describe({ given: ['--forks', '3'] })).toMatchObject({
    ok: true,
    value: {
      name: 'site',
      argv: ['/bin/node', '/bin/tapbook', 'apply', '/repo/plays/site.yml', '--forks', '3', '--quiet'],
      directory: '/repo',
      home: '/home/me',
      description: 'tapbook apply site.yml',
      randomDelaySeconds: 0,
    },
  });
});

test('what is given counts: its name, its delay, and --quiet once', () => {
  const job = describe({ name: 'nightly', randomDelay: 90, given: ['--quiet'] });
  expect(job).toMatchObject({ ok: true, value: { name: 'nightly', randomDelaySeconds: 90 } });
  expect(job.ok && job.value.argv.filter(word => word === '--quiet')).toEqual(['--quiet']);
});

test.each([
  [{ cron: 'now and then' }, '--cron "now and then"'],
  [{ name: '../x' }, '"../x" cannot name a job'],
  [{ path: 'my plays.yml' }, '"my plays" cannot name a job'],
])('%j is wrong usage', (wishes, message) => {
  expect(describe(wishes)).toMatchObject({
    ok: false,
    error: { kind: 'wrong-usage', diagnostics: [{ message: expect.stringContaining(message) }] },
  });
});
