import { isAbsolute, resolve } from 'node:path';

/**
 * What a job has to have of the environment in which it is described, so that cron and systemd run it with the same caches,
 * history and passwords as a person does here. Sockets and other things of a session are not kept: they are gone by then.
 */
export function environmentForJobs(
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const name of folders) {
    const value = env[name];
    // The specification of XDG takes a relative folder for none.
    if (value !== undefined && isAbsolute(value)) kept[name] = value;
  }
  for (const name of limits) {
    const value = env[name];
    if (value !== undefined && value !== '') kept[name] = value;
  }
  // Under sudo files of the caller count as one's own, and cron calls nobody.
  const caller = env['SUDO_UID'];
  if (caller !== undefined && /^\d+$/.test(caller)) kept['SUDO_UID'] = caller;
  const trusted = (env['TAPBOOK_TRUSTED_FOLDERS'] ?? '').split(':').filter(path => isAbsolute(path));
  if (trusted.length > 0) kept['TAPBOOK_TRUSTED_FOLDERS'] = trusted.join(':');
  const passwordFile = env['ANSIBLE_VAULT_PASSWORD_FILE'];
  if (passwordFile) {
    kept['ANSIBLE_VAULT_PASSWORD_FILE'] = passwordFile.startsWith('~')
      ? passwordFile
      : resolve(directory, passwordFile);
  }
  return kept;
}

const folders = ['XDG_CACHE_HOME', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME'] as const;
const limits = ['TAPBOOK_KEEP_RUNS', 'TAPBOOK_KEEP_AGE', 'TAPBOOK_KEEP_SIZE'] as const;
