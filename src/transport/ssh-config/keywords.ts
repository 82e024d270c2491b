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

/**
 * They are about terminals, logs, forwarding or shared connections, or mean nothing to ssh any more (the list `keywords` of
 * OpenSSH's readconf.c): nothing that decides how to reach a host.
 */
const harmless = new Set([
  'addkeystoagent',
  'afstokenpassing',
  'batchmode',
  'canonicaldomains',
  'canonicalizefallbacklocal',
  'canonicalizemaxdots',
  'canonicalizepermittedcnames',
  'checkhostip',
  'cipher',
  'clearallforwardings',
  'compression',
  'compressionlevel',
  'connectionattempts',
  'controlmaster',
  'controlpath',
  'controlpersist',
  'dynamicforward',
  'enableescapecommandline',
  'escapechar',
  'exitonforwardfailure',
  'fallbacktorsh',
  'fingerprinthash',
  'forkafterauthentication',
  'forwardagent',
  'forwardx11',
  'forwardx11timeout',
  'forwardx11trusted',
  'gatewayports',
  'globalknownhostsfile2',
  'gssapiauthentication',
  'gssapidelegatecredentials',
  'gssapikeyexchange',
  'ignoreunknown',
  'ipqos',
  'keepalive',
  'kerberosauthentication',
  'kerberostgtpassing',
  'localforward',
  'loglevel',
  'logverbose',
  'numberofpasswordprompts',
  'permitlocalcommand',
  'permitremoteopen',
  'protocol',
  'proxyusefdpass',
  'rekeylimit',
  'remoteforward',
  'requesttty',
  'rhostsauthentication',
  'rhostsrsaauthentication',
  'rsaauthentication',
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
  'useprivilegedport',
  'userknownhostsfile2',
  'useroaming',
  'usersh',
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
