import type { HostFacts } from '../facts/host-facts.ts';
import type { Finding } from '../model/finding.ts';
import type { Become } from '../model/host.ts';
import type { Preconditions } from '../playbook/playbook.ts';
import { installCommand, packageFamily } from './install-command.ts';
import type { ReadyTarget } from './target.ts';

/** Room for a module and what staprun writes beside it. */
const leastFreeBytes = 5_000_000;

/**
 * Everything that must hold on a target before anything is built or loaded for it; each a finding, all at once.
 * `stapVersion` is the build host's, undefined where none was found.
 */
export function checkTarget(
  target: ReadyTarget,
  wanted: Preconditions,
  stapVersion: string | undefined,
): { readonly as: 'login-user' | 'become-user'; readonly findings: readonly Finding[] } {
  const { facts, host, scripts } = target;
  const findings: Finding[] = [];
  const failAt =
    (check: string): Fail =>
    (found, cure) => {
      findings.push({ check, status: 'failed', found, ...(cure === undefined ? {} : { cure }) });
    };
  checkRuntime(facts, stapVersion, failAt('runtime'));
  const as = checkRights(facts, host.connection.become, failAt('rights'));
  checkKernel(facts, failAt('kernel'));
  for (const { script } of scripts) {
    if (!facts.loadedModules.includes(script.name)) continue;
    failAt('module')(
      `a module named ${script.name} is loaded already`,
      `if nobody uses it: staprun -d ${script.name}; else wait, or give the script another name`,
    );
  }
  checkResources(facts, wanted, failAt('resources'));
  const missing = target.preconditions.missingPackages.filter(name => name !== 'systemtap-runtime');
  if (missing.length > 0) {
    failAt('packages')(`not installed: ${missing.join(', ')}`, installCommand(packageFamily(facts.os), missing));
  }
  for (const { command, code, output } of target.preconditions.failedCommands) {
    failAt('command')(`precondition \`${command}\` exits ${code}${output === '' ? '' : `: ${output}`}`);
  }
  return { as, findings };
}

type Fail = (cause: string, cure?: string) => void;

function checkRuntime(facts: HostFacts, stapVersion: string | undefined, fail: Fail): void {
  if (facts.staprun === undefined) {
    fail(
      'systemtap-runtime is not installed (no staprun)',
      installCommand(packageFamily(facts.os), ['systemtap-runtime']),
    );
    return;
  }
  // The version cannot be asked where only root may execute it; then staprun itself will say at the load.
  const { version } = facts.staprun;
  if (version === undefined || stapVersion === undefined) return;
  // 5.0 changed the transport between module and staprun.
  if (majorOf(version) !== majorOf(stapVersion)) {
    fail(
      `staprun ${version} cannot run a module of stap ${stapVersion}`,
      `install a systemtap-runtime ${majorOf(stapVersion)}.x here, or build on a host with stap ${majorOf(version)}.x`,
    );
  }
}

export function majorOf(version: string): string {
  return version.split('.')[0] ?? version;
}

/** As whom staprun is to run. */
function checkRights(facts: HostFacts, become: Become | undefined, fail: Fail): 'login-user' | 'become-user' {
  const { user, sudo } = facts;
  if (become !== undefined && !(user.uid === 0 && become.user === 'root')) {
    // That it can be become at all, the probe has tried.
    const { becomeUser } = facts;
    if (becomeUser !== undefined && becomeUser.uid !== 0 && !mayLoadModules(becomeUser)) {
      const { name } = becomeUser;
      fail(
        `${name} is not root and not in the groups stapdev and stapusr`,
        `usermod -aG stapusr,stapdev ${name}, or set ansible_become_user: root`,
      );
    }
    return 'become-user';
  }
  if (user.uid === 0) return 'login-user';
  if (mayLoadModules(user)) {
    if (facts.staprun?.executable === false) {
      fail(`${user.name} may not execute ${facts.staprun.path}`, 'let group stapusr execute it, or connect as root');
    }
    return 'login-user';
  }
  fail(
    `${user.name} is not root and not in the groups stapdev and stapusr`,
    sudo === 'passwordless'
      ? 'set ansible_become: true for this host (sudo works there without a password)'
      : `usermod -aG stapusr,stapdev ${user.name}, or connect as root, or set ansible_become: true`,
  );
  return 'login-user';
}

/** Group stapusr alone may load only what root has put below /lib/modules. */
function mayLoadModules({ groups }: HostFacts['user']): boolean {
  return groups.includes('stapdev') && groups.includes('stapusr');
}

function checkKernel({ kernelSettings, container }: HostFacts, fail: Fail): void {
  if (container !== undefined) {
    fail(`it is a container (${container}) and cannot load modules`, 'run the play on the machine that holds it');
  }
  if (!kernelSettings.modules) fail('its kernel has no loadable modules (CONFIG_MODULES)', 'boot one that has');
  if (kernelSettings.modulesDisabled) {
    fail('kernel.modules_disabled is 1: no module can be loaded until it is booted again', 'reboot it');
  }
  if (kernelSettings.lockdown === 'integrity' || kernelSettings.lockdown === 'confidentiality') {
    fail(
      `the kernel is locked down (${kernelSettings.lockdown}) and refuses unsigned modules`,
      'boot without lockdown= and Secure Boot',
    );
  } else if (kernelSettings.sigEnforce) {
    fail('the kernel takes signed modules only (module.sig_enforce)', 'boot without module.sig_enforce=1');
  }
}

function checkResources(facts: HostFacts, wanted: Preconditions, fail: Fail): void {
  const needed = Math.max(leastFreeBytes, wanted.minFreeDiskBytes ?? 0);
  if (facts.freeBytes < needed) {
    fail(
      `${facts.uploadDirectory} has ${megabytes(facts.freeBytes)} free, ${megabytes(needed)} are needed`,
      `make room in ${facts.uploadDirectory}`,
    );
  }
  const load = facts.loadAverage[0] / Math.max(1, facts.cpus);
  if (wanted.maxLoadPerCpu !== undefined && load > wanted.maxLoadPerCpu) {
    fail(
      `its load is ${load.toFixed(2)} for each CPU, the playbook allows ${wanted.maxLoadPerCpu}`,
      'wait, or raise max_load_per_cpu',
    );
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
