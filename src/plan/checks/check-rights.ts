import type { HostFacts } from '../../facts/host-facts.ts';
import type { Finding } from '../../model/finding.ts';
import type { Become } from '../../model/host.ts';
import { fails, passes } from './verdicts.ts';

const check = 'rights';

export interface Rights {
  /** As whom staprun is to run. */
  readonly as: 'login-user' | 'become-user';
  readonly finding: Finding;
}

/**
 * Whether the module may be loaded by who runs staprun: root; members of stapdev and stapusr; others of stapusr or stapsys
 * only what root has put into /lib/modules/RELEASE/systemtap. Giving somebody these groups is as good as giving root, so
 * that no fix does it.
 */
export function checkRights(facts: HostFacts, become: Become | undefined): Rights {
  const { user } = facts;
  if (become === undefined || (user.uid === 0 && become.user === 'root')) {
    return { as: 'login-user', finding: checkLoginUser(facts) };
  }
  // That it can be become at all, the probe has tried.
  const { becomeUser } = facts;
  const how = `${user.name} becomes ${become.user} by ${become.method}`;
  if (becomeUser === undefined || becomeUser.uid === 0) return { as: 'become-user', finding: passes(check, how) };
  const ways: Ways = { else: 'set ansible_become_user: root', root: 'become root' };
  const finding = checkMember(facts, becomeUser, ways) ?? checkSetUserId(facts, ways) ?? passes(check, how);
  return { as: 'become-user', finding };
}

function checkLoginUser(facts: HostFacts): Finding {
  const { user, sudo } = facts;
  if (user.uid === 0) return passes(check, 'root');
  const isSudoer = sudo === 'passwordless';
  const ways: Ways = {
    ...(isSudoer ? { instead: 'set ansible_become: true for this host (sudo works there without a password)' } : {}),
    else: 'connect as root, or set ansible_become: true',
    root: 'connect as root',
  };
  const how = `${user.name} is in the groups stapusr and stapdev`;
  return (
    checkMember(facts, user, ways) ?? checkExecutable(facts, ways) ?? checkSetUserId(facts, ways) ?? passes(check, how)
  );
}

interface Ways {
  /** What is better than to give the user groups. */
  readonly instead?: string;
  readonly else: string;
  readonly root: string;
}

function checkMember(facts: HostFacts, user: HostFacts['user'], ways: Ways): Finding | undefined {
  const { name } = user;
  const isIn = (group: string): boolean => user.groups.includes(group);
  if (isIn('stapdev') && isIn('stapusr')) return undefined;
  if (isIn('stapusr')) {
    const better = ways.instead ?? `usermod -aG stapdev ${name}, or ${ways.else}`;
    const { path, state, cure } = blessed(facts);
    return fails(
      check,
      `${name} is in stapusr but not in stapdev: staprun loads only what root has put into ${path} (${state}), and tapbook puts modules into ${facts.uploadDirectory}`,
      { cure: cure === undefined ? better : `${better}; for modules that root puts there by hand: ${cure}` },
    );
  }
  return fails(check, `${name} is not root and not in the groups stapdev and stapusr`, {
    cure: ways.instead ?? `usermod -aG stapusr,stapdev ${name}, or ${ways.else}`,
  });
}

/** The folder that staprun trusts: it has to be root's, and not writable by all. */
function blessed({ kernel, blessedDirectory }: HostFacts): {
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

/** Debian's may be executed by stapusr only. */
function checkExecutable({ staprun, user }: HostFacts, { root }: Ways): Finding | undefined {
  if (staprun === undefined || staprun.executable) return undefined;
  return fails(check, `${user.name} may not execute ${staprun.path}`, {
    cure: `let group stapusr execute it, or ${root}`,
  });
}

/** Whom it does not make root cannot load anything with it. */
function checkSetUserId({ staprun }: HostFacts, { root }: Ways): Finding | undefined {
  const { path, owner, mode } = staprun ?? {};
  if (path === undefined || owner === undefined || mode === undefined) return undefined;
  if (owner === 'root' && (Number.parseInt(mode, 8) & 0o4000) !== 0) return undefined;
  return fails(check, `${path} is not set-user-ID root (it is ${owner}'s, mode ${mode})`, {
    cure: `chown root:stapusr ${path} && chmod 4754 ${path}, or ${root}`,
  });
}
