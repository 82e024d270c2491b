import type { HostFacts } from '../../facts/host-facts.ts';
import type { Finding } from '../../model/finding.ts';
import type { ScriptNeeds } from '../../model/script-needs.ts';
import { checkSigning, type Signed } from './check-signing.ts';
import { fails, passes, staysUnknown, warns } from './verdicts.ts';

/** Checks whether the kernel takes modules at all, and has what the scripts' probes need. */
export function checkKernelSettings(facts: HostFacts, needs: ScriptNeeds, signed: Signed): readonly Finding[] {
  const { kernelSettings } = facts;
  return [
    kernelSettings.modules
      ? passes('kernel-modules', 'the kernel has loadable modules')
      : fails('kernel-modules', 'its kernel has no loadable modules (CONFIG_MODULES)', { cure: 'boot one that has' }),
    checkModulesDisabled(kernelSettings),
    checkContainer(facts),
    ...checkSigning(kernelSettings, signed),
    checkOption('kprobes', kernelSettings.kprobes, needs),
    checkOption('uprobes', kernelSettings.uprobes, needs),
    checkOption('tracepoints', kernelSettings.tracepoints, needs),
    checkRelay(kernelSettings),
    checkDebugfs(kernelSettings),
  ];
}

function checkModulesDisabled({ modulesDisabled }: HostFacts['kernelSettings']): Finding {
  const check = 'modules-disabled';
  if (modulesDisabled === undefined) return staysUnknown(check, 'it does not say kernel.modules_disabled');
  if (!modulesDisabled) return passes(check, 'kernel.modules_disabled is 0');
  return fails(check, 'kernel.modules_disabled is 1: no module can be loaded until it is booted again', {
    cure: 'reboot it',
  });
}

/** A container may have its host's right to load modules; most have not. */
function checkContainer({ container, moduleRight }: HostFacts): Finding {
  const check = 'container';
  if (container !== undefined && moduleRight === 'given') {
    return warns(check, `it is a container (${container}) that may load modules: they run in its host's kernel`);
  }
  if (container !== undefined) {
    return fails(check, `it is a container (${container}) and cannot load modules`, {
      cure: 'run the play on the machine that holds it',
    });
  }
  if (moduleRight === 'user-namespace') {
    return fails(check, 'the login is in a user namespace of its own and cannot load modules', {
      cure: 'run the play on the machine that holds it',
    });
  }
  if (moduleRight === 'no-capability') {
    return fails(check, 'nothing the login starts may load modules (CAP_SYS_MODULE is not in its bounding set)', {
      cure: 'it is a container without that right, or sshd runs with ProtectKernelModules= or CapabilityBoundingSet=: systemctl cat ssh sshd',
    });
  }
  return moduleRight === undefined
    ? staysUnknown(check, 'no container; whether it may load modules it does not say')
    : passes(check, 'no container; it may load modules');
}

/** Fails only for what a script surely needs. */
function checkOption(
  check: 'kprobes' | 'uprobes' | 'tracepoints',
  has: boolean | undefined,
  { [check]: need }: ScriptNeeds,
): Finding {
  const option = `CONFIG_${check.toUpperCase()}`;
  if (has) return passes(check, `the kernel has them (${option})`);
  if (need === 'no') return passes(check, 'no script needs them');
  if (has === undefined) return staysUnknown(check, `the host does not say whether its kernel has them (${option})`);
  const cure = 'boot a kernel that has them, or use other probes';
  return need === 'yes'
    ? fails(check, `its kernel has no ${check} (${option}), and a script needs them`, { cure })
    : warns(check, `its kernel has no ${check} (${option}); a script may need them`, { cure });
}

/** Every module outputs over relay channels. */
function checkRelay({ relay }: HostFacts['kernelSettings']): Finding {
  if (relay) return passes('relay', 'the kernel has relay channels (CONFIG_RELAY)');
  if (relay === undefined) return staysUnknown('relay', 'the host does not say whether its kernel has CONFIG_RELAY');
  return fails('relay', 'its kernel has no relay channels (CONFIG_RELAY): no output could come out of a module', {
    cure: 'boot a kernel that has them',
  });
}

/** staprun mounts it if it is not mounted. */
function checkDebugfs({ debugfs }: HostFacts['kernelSettings']): Finding {
  if (debugfs === 'mounted') return passes('debugfs', 'mounted');
  if (debugfs === 'supported') return passes('debugfs', 'not mounted: staprun will mount it');
  return fails('debugfs', 'its kernel has no debugfs, which every module needs', {
    cure: 'boot one with CONFIG_DEBUG_FS, and without debugfs=off',
  });
}
