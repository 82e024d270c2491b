import type { HostFacts } from '../../facts/host-facts.ts';
import type { Finding } from '../../model/finding.ts';
import { fails, passes, staysUnknown, warns } from './verdicts.ts';

/** Whether the modules that will be loaded carry a signature. */
export type Signed = 'signed' | 'unsigned';

/** Checks what makes a kernel refuse unsigned modules. Whether it trusts a signature shows only at the load. */
export function checkSigning(settings: HostFacts['kernelSettings'], signed: Signed): readonly Finding[] {
  return [
    checkSecureBoot(settings, signed),
    checkLockdown(settings, signed),
    checkSigEnforce(settings, signed),
    checkFips(settings, signed),
  ];
}

const enrol = "see that the signer's certificate is enrolled there: mokutil --list-enrolled";

/** Secure Boot itself refuses no modules. Lockdown and module.sig_enforce do, and many kernels turn these on with it. */
function checkSecureBoot({ secureBoot, lockdown, sigEnforce }: HostFacts['kernelSettings'], signed: Signed): Finding {
  const check = 'secure-boot';
  if (secureBoot === undefined) return staysUnknown(check, 'the host does not say');
  if (!secureBoot) return passes(check, 'off');
  if (lockdown === 'none' && sigEnforce === false) return passes(check, 'on, but the kernel takes unsigned modules');
  return warns(
    check,
    'on: most kernels then refuse unsigned modules',
    signed === 'signed' ? { cure: enrol } : { cure: 'sign the modules, or switch Secure Boot off: mokutil --sb-state' },
  );
}

function checkLockdown({ lockdown }: HostFacts['kernelSettings'], signed: Signed): Finding {
  const check = 'lockdown';
  if (lockdown === undefined) return staysUnknown(check, 'the host does not say (/sys/kernel/security/lockdown)');
  if (lockdown === 'none') return passes(check, 'none');
  if (signed === 'signed') {
    return warns(check, `the kernel is locked down (${lockdown}): it takes signed modules only`, { cure: enrol });
  }
  return fails(check, `the kernel is locked down (${lockdown}) and refuses unsigned modules`, {
    cure: 'boot without lockdown= and Secure Boot, or have the play sign its modules',
  });
}

/** A locked-down kernel enforces signatures too: then only the lockdown check fails. */
function checkSigEnforce({ sigEnforce, lockdown }: HostFacts['kernelSettings'], signed: Signed): Finding {
  const check = 'sig-enforce';
  if (sigEnforce === undefined) return staysUnknown(check, 'the host does not say (module.sig_enforce)');
  if (!sigEnforce) return passes(check, 'the kernel takes unsigned modules');
  if (signed === 'signed' || (lockdown !== undefined && lockdown !== 'none')) {
    return warns(check, 'the kernel takes signed modules only', signed === 'signed' ? { cure: enrol } : {});
  }
  return fails(check, 'the kernel takes signed modules only (module.sig_enforce)', {
    cure: 'boot without module.sig_enforce=1, or have the play sign its modules',
  });
}

/** In FIPS mode, a kernel limits modules with cryptography, and the digests of signatures. */
function checkFips({ fips }: HostFacts['kernelSettings'], signed: Signed): Finding {
  if (fips === undefined) return staysUnknown('fips', 'the host does not say');
  if (!fips) return passes('fips', 'off');
  if (signed === 'unsigned') return passes('fips', 'on: of no account for unsigned modules without cryptography');
  return warns('fips', 'on: a signature counts only with an approved digest', { cure: 'sign with sha256 or better' });
}
