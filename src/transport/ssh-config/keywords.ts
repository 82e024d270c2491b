import { matchesPatterns } from './match-patterns.ts';

/** What tapbook does itself, as ssh does. */
const understood = new Set([
  'addressfamily',
  'bindaddress',
  'challengeresponseauthentication',
  'connecttimeout',
  'globalknownhostsfile',
  'hashknownhosts',
  'hostkeyalias',
  'hostname',
  'identitiesonly',
  'identityagent',
  'identityfile',
  'kbdinteractiveauthentication',
  'passwordauthentication',
  'port',
  'preferredauthentications',
  'proxyjump',
  'pubkeyauthentication',
  'serveralivecountmax',
  'serveraliveinterval',
  'stricthostkeychecking',
  'user',
  'userknownhostsfile',
]);

/** They are about terminals, logs, forwarding or shared connections: nothing that decides how to reach a host. */
const harmless = new Set([
  'addkeystoagent',
  'batchmode',
  'canonicaldomains',
  'canonicalizefallbacklocal',
  'canonicalizemaxdots',
  'canonicalizepermittedcnames',
  'checkhostip',
  'clearallforwardings',
  'compression',
  'connectionattempts',
  'controlmaster',
  'controlpath',
  'controlpersist',
  'dynamicforward',
  'enableescapecommandline',
  'escapechar',
  'exitonforwardfailure',
  'fingerprinthash',
  'forkafterauthentication',
  'forwardagent',
  'forwardx11',
  'forwardx11timeout',
  'forwardx11trusted',
  'gatewayports',
  'gssapiauthentication',
  'gssapidelegatecredentials',
  'gssapikeyexchange',
  'ignoreunknown',
  'ipqos',
  'localforward',
  'loglevel',
  'logverbose',
  'numberofpasswordprompts',
  'permitlocalcommand',
  'permitremoteopen',
  'proxyusefdpass',
  'rekeylimit',
  'remoteforward',
  'requesttty',
  'sendenv',
  'sessiontype',
  'setenv',
  'stdinnull',
  'streamlocalbindmask',
  'streamlocalbindunlink',
  'syslogfacility',
  'tcpkeepalive',
  'updatehostkeys',
  'usekeychain',
  'visualhostkey',
  'xauthlocation',
]);

/**
 * What is to be done about a keyword: `heed` it, `pass` over it, or leave the host to the system's `ssh`, which knows
 * all of them and says what is none. A keyword that is switched off asks for nothing.
 */
export function judgeKeyword(
  keyword: string,
  value: string,
  ignoreUnknown: readonly string[],
): 'heed' | 'pass' | 'needs-ssh' {
  if (understood.has(keyword)) return 'heed';
  if (harmless.has(keyword) || /^(?:no|none)$/i.test(value)) return 'pass';
  return matchesPatterns(ignoreUnknown, keyword) ? 'pass' : 'needs-ssh';
}
