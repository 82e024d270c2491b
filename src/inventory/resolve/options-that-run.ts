import type { SshArguments } from '../../model/host.ts';

/**
 * The options among arguments for ssh that have it run a program or load a library on this machine, open a way through it, or write a
 * file: all but those that are known to do none of it (ssh_config(5)). `-F` names a file with options of its own.
 */
export function optionsThatRun({ options, configFile }: SshArguments): readonly string[] {
  const running = options.flatMap(({ keyword, value }) =>
    isHarmless(keyword, value) ? [] : [usual.get(keyword) ?? keyword],
  );
  return [...new Set([...(configFile === undefined || configFile === 'none' ? [] : ['-F']), ...running])];
}

function isHarmless(keyword: string, value: string): boolean {
  if (named.has(keyword)) return /^"?[\w.@:%+,/[\]-]*"?$/.test(value);
  return harmless.has(keyword) || (usual.has(keyword) && /^"?(?:no|none|false)"?$/i.test(value));
}

/** Names that older ssh hand to a shell, in a ProxyCommand of the user's own. */
const named = new Set(['hostkeyalias', 'hostname', 'proxyjump', 'user']);

/** Of no harm where they say that there is no such thing; as ssh_config(5) writes them. */
const switchable = [
  ...['ForwardX11', 'ForwardX11Trusted', 'KnownHostsCommand', 'LocalCommand', 'PermitLocalCommand'],
  ...['PKCS11Provider', 'ProxyCommand', 'RemoteCommand', 'Tunnel'],
];

const usual: ReadonlyMap<string, string> = new Map(switchable.map(keyword => [keyword.toLowerCase(), keyword]));

const harmless: ReadonlySet<string> = new Set(
  `addkeystoagent addressfamily batchmode bindaddress bindinterface canonicaldomains canonicalizefallbacklocal canonicalizehostname
  canonicalizemaxdots canonicalizepermittedcnames casignaturealgorithms certificatefile challengeresponseauthentication checkhostip
  cipher ciphers clearallforwardings compression compressionlevel connectionattempts connecttimeout controlmaster controlpath
  controlpersist enableescapecommandline enablesshkeysign escapechar exitonforwardfailure fingerprinthash forwardagent
  gatewayports globalknownhostsfile gssapiauthentication gssapiclientidentity gssapidelegatecredentials gssapikeyexchange
  gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns hashknownhosts hostbasedacceptedalgorithms hostbasedauthentication
  hostbasedkeytypes hostkeyalgorithms identitiesonly identityagent identityfile ignoreunknown ipqos
  kbdinteractiveauthentication kbdinteractivedevices kexalgorithms loglevel logverbose macs nohostauthenticationforlocalhost
  numberofpasswordprompts obscurekeystroketiming passwordauthentication port preferredauthentications protocol
  proxyusefdpass pubkeyacceptedalgorithms pubkeyacceptedkeytypes pubkeyauthentication rekeylimit requesttty requiredrsasize
  rsaauthentication serveralivecountmax serveraliveinterval sessiontype stdinnull streamlocalbindmask streamlocalbindunlink
  stricthostkeychecking syslogfacility tag tcpkeepalive updatehostkeys userknownhostsfile verifyhostkeydns versionaddendum
  visualhostkey warnweakcrypto`.split(/\s+/),
);
