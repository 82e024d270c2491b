import type { BuildHostFacts, HostFacts } from '../../facts/host-facts.ts';
import type { Finding } from '../../model/finding.ts';
import { install, packageFamily } from '../packages/install-command.ts';
import { fails, passes, type Remedy, staysUnknown } from './verdicts.ts';

const check = 'runtime';

/**
 * Checks that staprun is installed and has the major version of the stap that builds for it: 5.0 changed how module and
 * staprun talk, and staprun itself compares no versions.
 */
export function checkRuntime(facts: HostFacts, builder: BuildHostFacts | undefined): Finding {
  const { staprun, runtimePackage } = facts;
  if (staprun === undefined) {
    return fails(check, 'systemtap-runtime is not installed (no staprun)', installRuntime(facts, builder));
  }
  const { version } = staprun;
  const from = runtimePackage === undefined ? 'of no package' : `${runtimePackage.name} ${runtimePackage.version}`;
  const stap = builder?.stap?.version;
  // Where only root may execute staprun, its version is unknown; the load then shows whether it fits.
  if (version === undefined) return staysUnknown(check, `${staprun.path} does not say its version (${from})`);
  if (stap !== undefined && majorOf(version) !== majorOf(stap)) {
    return fails(check, `staprun ${version} cannot run a module of stap ${stap}`, {
      ...(isSameSystem(facts, builder) ? installRuntime(facts, builder) : {}),
      cure: `install a systemtap-runtime ${majorOf(stap)}.x here, or build on a host with stap ${majorOf(version)}.x`,
    });
  }
  return passes(check, `staprun ${version} (${from})`);
}

/** Asks for the version of the build host's stap if both hosts run the same release of a distribution. */
function installRuntime(facts: HostFacts, builder: BuildHostFacts | undefined): Remedy {
  const version = isSameSystem(facts, builder) ? builder?.stapPackage?.version : undefined;
  const name = packageFamily(facts.os) === 'alpine' ? 'systemtap' : 'systemtap-runtime';
  return install(facts.os, [{ name, ...(version === undefined ? {} : { version }) }]);
}

function isSameSystem({ os }: HostFacts, builder: BuildHostFacts | undefined): boolean {
  return os.id !== undefined && os.id === builder?.os.id && os.version === builder.os.version;
}

/** `5` of `5.1`. */
export function majorOf(version: string): string {
  return version.split('.')[0] ?? version;
}
