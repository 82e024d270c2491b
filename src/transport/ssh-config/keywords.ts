import { matchesPatterns } from './match-patterns.ts';

/** What tapbook does itself, as ssh does. */
const understood = new Set([
  'addressfamily',
  'bindaddress',
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
 * They are about terminals, logs, forwarding, shared connections, or a way to log in that is left to ssh by itself (Kerberos,
 * FIDO keys, host-based): nothing that decides how to reach a host.
 */
const harmless = new Set([
  'addkeystoagent',
  'batchmode',
  'canonicaldomains',
  'canonicalizefallbacklocal',
  'canonicalizemaxdots',
  'canonicalizepermittedcnames',
  'channeltimeout',
  'checkhostip',
  'clearallforwardings',
  'compression',
  'connectionattempts',
  'controlmaster',
  'controlpath',
  'controlpersist',
  'dynamicforward',
  'enableescapecommandline',
  'enablesshkeysign',
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
  'gssapiclientidentity',
  'gssapidelegatecredentials',
  'gssapikexalgorithms',
  'gssapikeyexchange',
  'gssapirenewalforcesrekey',
  'gssapiserveridentity',
  'gssapitrustdns',
  'hostbasedacceptedalgorithms',
  'hostbasedkeytypes',
  'ignoreunknown',
  'ipqos',
  'localforward',
  'loglevel',
  'logverbose',
  'numberofpasswordprompts',
  'obscurekeystroketiming',
  'permitlocalcommand',
  'permitremoteopen',
  'proxyusefdpass',
  'rekeylimit',
  'remoteforward',
  'requesttty',
  'securitykeyprovider',
  'sendenv',
  'sessiontype',
  'setenv',
  'stdinnull',
  'streamlocalbindmask',
  'streamlocalbindunlink',
  'syslogfacility',
  'tag',
  'tcpkeepalive',
  'tunnel',
  'tunneldevice',
  'updatehostkeys',
  'usekeychain',
  'versionaddendum',
  'visualhostkey',
  'warnweakcrypto',
  'xauthlocation',
]);

/** They mean nothing to ssh any more (the list `keywords` of OpenSSH's readconf.c), whatever stands behind them. */
const obsolete = new Set([
  'afstokenpassing',
  'cipher',
  'compressionlevel',
  'fallbacktorsh',
  'globalknownhostsfile2',
  'kerberosauthentication',
  'kerberostgtpassing',
  'protocol',
  'rhostsauthentication',
  'rhostsrsaauthentication',
  'rsaauthentication',
  'useblacklistedkeys',
  'useprivilegedport',
  'userknownhostsfile2',
  'useroaming',
  'usersh',
]);

/** Other words for the same. */
const aliases: Readonly<Record<string, string>> = {
  challengeresponseauthentication: 'kbdinteractiveauthentication',
  dsaauthentication: 'pubkeyauthentication',
  identityfile2: 'identityfile',
  keepalive: 'tcpkeepalive',
  skeyauthentication: 'kbdinteractiveauthentication',
  tisauthentication: 'kbdinteractiveauthentication',
};

/** A keyword as it was written, as the one that ssh_config(5) has for it. */
export function nameKeyword(written: string): string {
  const keyword = written.toLowerCase();
  return Object.hasOwn(aliases, keyword) ? (aliases[keyword] ?? keyword) : keyword;
}

/** Their values have several words; of the others just one. */
const lists = new Set([
  'canonicaldomains',
  'canonicalizepermittedcnames',
  'channeltimeout',
  'globalknownhostsfile',
  'logverbose',
  'permitremoteopen',
  'proxyjump',
  'sendenv',
  'setenv',
  'userknownhostsfile',
]);

/** Their values may have a second word. */
const pairs = new Set(['addkeystoagent', 'ipqos', 'localforward', 'rekeylimit', 'remoteforward']);

/** Whether ssh refuses a line for what stands behind its value. What only ssh knows it has to judge itself. */
export function hasGarbage(keyword: string, words: readonly string[]): boolean {
  if (lists.has(keyword) || !(understood.has(keyword) || harmless.has(keyword))) return false;
  return words.length > (pairs.has(keyword) ? 2 : 1);
}

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
  if (harmless.has(keyword) || obsolete.has(keyword) || /^(?:no|none)$/i.test(value)) return 'pass';
  return matchesPatterns(ignoreUnknown, keyword) ? 'pass' : 'needs-ssh';
}
