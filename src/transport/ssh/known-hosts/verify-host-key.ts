import type { Result } from '../../../model/result.ts';
import type { ConnectFailure } from '../../transport.ts';

/** What is called with the key that a server shows, and says whether to go on: ssh2's `hostVerifier`. */
export type HostVerifier = (key: Buffer, verify: (isGood: boolean) => void) => void;

export type HostKeyVerdict = Result<'known' | 'changed', ConnectFailure>;

/**
 * Judges the key that a server shows at login. Each time that the keys of the session are renewed, the server shows its key
 * again (RFC 4253, section 9); sshd's `RekeyLimit` says how often. Then it has to be the same key, and nobody is asked.
 * `onVerdict` hears of the first key, and says whether the login still waits for it; `onError` of what `judge` throws.
 */
export function verifyHostKey(
  judge: (key: Buffer) => Promise<HostKeyVerdict>,
  onVerdict: (verdict: HostKeyVerdict) => 'awaited' | 'over',
  onError: (error: unknown) => void,
): HostVerifier {
  let judged: Buffer | undefined;
  return (key, verify) => {
    if (judged !== undefined) return verify(judged.equals(key));
    // ssh2 may use its buffer again.
    judged = Buffer.from(key);
    judge(key).then(verdict => {
      if (onVerdict(verdict) === 'awaited') verify(verdict.ok);
    }, onError);
  };
}
