import type { HostFacts } from '../../facts/host-facts.ts';
import type { Finding } from '../../model/finding.ts';
import type { Become } from '../../model/host.ts';
import { fails, passes } from './verdicts.ts';

const check = 'rights';

export interface Rights {
  /** The user as whom staprun runs. */
  readonly as: 'login-user' | 'become-user';
  readonly finding: Finding;
}

/**
 * Checks whether the user who runs staprun may load the module: root may, and members of both stapdev and stapusr; other
 * members of stapusr or stapsys only what root has put into /lib/modules/RELEASE/systemtap. Membership of these groups is
 * as good as root, so no fix grants it.
 */
export function checkRights(facts: HostFacts, become: Become | undefined): Rights {
  const { user } = facts;
  if (become === undefined || (user.uid === 0 && become.user === 'root')) {
    return { as: 'login-user', finding: checkLoginUser(facts) };
  }
  // The probe has already become that user.
  const { becomeUser } = facts;
  const how = `${user.name} becomes ${become.user} by ${become.method}`;
  if (becomeUser === undefined || becomeUser.uid === 0) return { as: 'become-user', finding: passes(check, how) };
  const alternatives: Alternatives = { else: 'set ansible_become_user: root', root: 'become root' };
  const finding =
    checkMember(facts, becomeUser, alternatives) ?? checkSetUserId(facts, alternatives) ?? passes(check, how);
  return { as: 'become-user', finding };
}

function checkLoginUser(facts: HostFacts): Finding {
  const { user, sudo } = facts;
  if (user.uid === 0) return passes(check, 'root');
  const isSudoer = sudo === 'passwordless';
  const alternatives: Alternatives = {
    ...(isSudoer ? { instead: 'set ansible_become: true for this host (sudo works there without a password)' } : {}),
    else: 'connect as root, or set ansible_become: true',
    root: 'connect as root',
  };
  const how = `${user.name} is in the groups stapusr and stapdev`;
  return (
    checkMember(facts, user, alternatives) ??
    checkExecutable(facts, alternatives) ??
    checkSetUserId(facts, alternatives) ??
    passes(check, how)
  );
}

interface Alternatives {
  /** What is better than adding the user to groups. */
  readonly instead?: string;
  readonly else: string;
  readonly root: string;
}

function checkMember(facts: HostFacts, user: HostFacts['user'], alternatives: Alternatives): Finding | undefined {
  const { name } = user;
  const isIn = (group: string): boolean => user.groups.includes(group);
  if (isIn('stapdev') && isIn('stapusr')) return undefined;
  if (isIn('stapusr')) {
    const better = alternatives.instead ?? `usermod -aG stapdev ${name}, or ${alternatives.else}`;
    const { path, state, cure } = describeTrustedFolder(facts);
    return fails(
      check,
      `${name} is in stapusr but not in stapdev: staprun loads only what root has put into ${path} (${state}), and tapbook puts modules into ${facts.uploadDirectory}`,
      { cure: cure === undefined ? better : `${better}; for modules that root puts there by hand: ${cure}` },
    );
  }
  return fails(check, `${name} is not root and not in the groups stapdev and stapusr`, {
    cure: alternatives.instead ?? `usermod -aG stapusr,stapdev ${name}, or ${alternatives.else}`,
  });
}

/** The folder that staprun trusts if it belongs to root and is not world-writable. */
function describeTrustedFolder({ kernel, blessedDirectory }: HostFacts): {
  readonly path: string;
  readonly state: string;
  readonly cure?: string;
} {
  const path = `/lib/modules/${kernel.release}/systemtap`;
  const cure = `install -d -o root -g root -m 755 ${path}`;
  if (blessedDirectory === undefined) return { path, state: 'which is not there', cure };
  const { owner, mode } = blessedDirectory;
  if (owner !== 'root') return { path, state: `which belongs to ${owner}, not to root`, cure };
  if ((Number.parseInt(mode, 8) & 0o002) !== 0) return { path, state: 'which all may write to', cure };
  return { path, state: 'which is as it has to be' };
}

/** Only members of stapusr may execute Debian's staprun. */
function checkExecutable({ staprun, user }: HostFacts, { root }: Alternatives): Finding | undefined {
  if (staprun === undefined || staprun.executable) return undefined;
  return fails(check, `${user.name} may not execute ${staprun.path}`, {
    cure: `let group stapusr execute it, or ${root}`,
  });
}

/** staprun has to be set-user-ID root for anyone else to load modules. */
function checkSetUserId({ staprun }: HostFacts, { root }: Alternatives): Finding | undefined {
  const { path, owner, mode } = staprun ?? {};
  if (path === undefined || owner === undefined || mode === undefined) return undefined;
  if (owner === 'root' && (Number.parseInt(mode, 8) & 0o4000) !== 0) return undefined;
  return fails(check, `${path} is not set-user-ID root (it is ${owner}'s, mode ${mode})`, {
    cure: `chown root:stapusr ${path} && chmod 4754 ${path}, or ${root}`,
  });
}
