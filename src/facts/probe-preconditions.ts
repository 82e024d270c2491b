import type { Failure } from '../model/outcome.ts';
import { err, ok, type Result } from '../model/result.ts';
import { newNonce } from '../process/nonce.ts';
import { runCommand } from '../transport/run-command.ts';
import type { Connection } from '../transport/transport.ts';

/** What a playbook wants to hold on a target and only the target can say. */
export interface AskedPreconditions {
  readonly packages: readonly string[];
  /** Read by the target's `sh`, as in Ansible's `shell`; each must exit 0. */
  readonly commands: readonly { readonly value: string }[];
}

export interface PreconditionAnswers {
  readonly missingPackages: readonly string[];
  readonly failedCommands: readonly { readonly command: string; readonly code: number; readonly output: string }[];
}

const none: PreconditionAnswers = { missingPackages: [], failedCommands: [] };

/** How long all the commands of a playbook may take on one host, in milliseconds. */
const limitMs = 30_000;

/**
 * Arguments: NONCE, the number of packages, the packages, the commands. systemtap-runtime is not asked about: every
 * probe does. A package counts as installed if any package manager that is there says so.
 */
const script = String.raw`nonce=$1 count=$2
shift 2
dollar='$'
has() {
  if command -v dpkg-query >/dev/null 2>&1; then
    case $(dpkg-query -W -f "$dollar{Status}" "$1" 2>/dev/null) in *' installed') return 0 ;; esac
  fi
  command -v rpm >/dev/null 2>&1 && rpm -q "$1" >/dev/null 2>&1 && return 0
  command -v apk >/dev/null 2>&1 && apk info -e "$1" >/dev/null 2>&1 && return 0
  return 1
}
# A login shell may have printed something without a newline.
echo
at=0
while [ "$at" -lt "$count" ]; do
  has "$1" || printf '%s package %s\n' "$nonce" "$at"
  at=$((at + 1))
  shift
done
at=0
for command in "$@"; do
  output=$(sh -c "$command" </dev/null 2>&1)
  code=$?
  [ "$code" -eq 0 ] || printf '%s command %s %s %s\n' "$nonce" "$at" "$code" "$(printf %s "$output" | tail -n 1)"
  at=$((at + 1))
done
printf '%s end\n' "$nonce"
`;

/** Asks a target about the playbook's own preconditions; no round trip where there are none. */
export async function probePreconditions(
  connection: Connection,
  { packages, commands }: AskedPreconditions,
  { signal }: { readonly signal: AbortSignal },
): Promise<Result<PreconditionAnswers, Failure>> {
  const asked = packages.filter(name => name !== 'systemtap-runtime');
  if (asked.length === 0 && commands.length === 0) return ok(none);
  const nonce = newNonce();
  const words = commands.map(command => command.value);
  const ran = await runCommand(
    connection,
    ['sh', '-c', script, 'tapbook-preconditions', nonce, String(asked.length), ...asked, ...words],
    { signal, limitMs, maxOutputBytes: 1_000_000, as: 'login-user' },
  );
  if (!ran.ok) return err({ stage: 'probe', cause: `preconditions: ${ran.error.cause}` });
  const lines = ran.value.stdout.split('\n').filter(line => line.startsWith(`${nonce} `));
  if (!lines.includes(`${nonce} end`)) return err({ stage: 'probe', cause: 'the preconditions were not all answered' });
  const missingPackages: string[] = [];
  const failedCommands: { command: string; code: number; output: string }[] = [];
  for (const line of lines) {
    const [, kind, index, code, ...output] = line.split(' ');
    if (kind === 'package') missingPackages.push(asked[Number(index)] ?? '');
    if (kind === 'command') {
      failedCommands.push({ command: words[Number(index)] ?? '', code: Number(code), output: said(output) });
    }
  }
  return ok({ missingPackages, failedCommands });
}

/** What a command said last, without control characters: it is another machine's text. */
function said(words: readonly string[]): string {
  return words
    .join(' ')
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
}
