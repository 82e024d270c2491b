import { expect, test } from 'vitest';
import { environmentForJobs } from '../../src/schedule/environment-for-jobs.ts';

test('a job keeps folders, limits and the file with passwords, and nothing of a session', () => {
  const env = {
    HOME: '/home/me',
    PATH: '/bin',
    SSH_AUTH_SOCK: '/tmp/agent',
    XDG_RUNTIME_DIR: '/run/user/1000',
    XDG_SESSION_ID: '7',
    XDG_STATE_HOME: '/srv/state',
    XDG_CACHE_HOME: 'relative',
    XDG_CONFIG_HOME: '',
    TAPBOOK_KEEP_AGE: '30d',
    TAPBOOK_KEEP_RUNS: '',
    ANSIBLE_VAULT_PASSWORD_FILE: 'vault-pass',
  };
  expect(environmentForJobs(env, '/repo')).toEqual({
    XDG_STATE_HOME: '/srv/state',
    TAPBOOK_KEEP_AGE: '30d',
    ANSIBLE_VAULT_PASSWORD_FILE: '/repo/vault-pass',
  });
  expect(environmentForJobs({ ANSIBLE_VAULT_PASSWORD_FILE: '~/pass' }, '/repo')).toEqual({
    ANSIBLE_VAULT_PASSWORD_FILE: '~/pass',
  });
});

test('folders that are trusted for a run are trusted by the job; a path that is not absolute counts for none', () => {
  expect(environmentForJobs({ TAPBOOK_TRUSTED_FOLDERS: '/srv/a:b::/srv/c' }, '/repo')).toEqual({
    TAPBOOK_TRUSTED_FOLDERS: '/srv/a:/srv/c',
  });
  expect(environmentForJobs({ TAPBOOK_TRUSTED_FOLDERS: 'b', SUDO_UID: 'x' }, '/repo')).toEqual({});
  expect(environmentForJobs({ SUDO_UID: '1000' }, '/repo')).toEqual({ SUDO_UID: '1000' });
});
