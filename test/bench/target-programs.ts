/** What stands in on the targets; `RIG` is the fleet's folder. */
export const targetPrograms: Readonly<Record<string, string>> = {
  staprun: `#!/bin/sh
if [ "$1" = -V ]; then
  echo 'Systemtap module loader/runner (version 5.4/0.192)' >&2
  exit 0
fi
# As the real one tells of itself with -v -v.
speak() { :; }
for argument; do
  case $argument in
  -v) speak() { echo "$1" >&2; } ;;
  *.ko)
    if [ ! -s "$argument" ]; then
      echo "ERROR: there is no $argument" >&2
      exit 1
    fi
    ;;
  esac
done
[ ! -r RIG/behaviour ] || . RIG/behaviour
speak 'stapio:stp_main_loop:666 systemtap_module_init() returned 0'
echo first
echo second
echo third
speak 'stapio:stp_main_loop:644 got STP_EXIT'
speak 'stapio:close_relayfs:847 done'
`,
  'dpkg-query': `#!/bin/sh
printf 'install ok installed:5.4-1'
`,
};

/** Of the length of Debian's, which has some 9,000 lines. */
export const kernelConfig: string = [
  ...['KPROBES', 'RELAY', 'UPROBES', 'TRACEPOINTS', 'MODULES'].map(option => `CONFIG_${option}=y\n`),
  ...Array.from({ length: 9000 }, (_, index) => `CONFIG_MADE_UP_OPTION_${index}=m\n`),
].join('');

/** For targets of several kernels: which one a host has, goes by the last number of its address. */
export function unameOf(releases: readonly string[]): string {
  const cases = releases.map((release, index) => `  ${index}) release=${release} ;;\n`).join('');
  return `#!/bin/sh
set -- "$1" $SSH_CONNECTION
case $((\${4##*.} % ${releases.length})) in
${cases}esac
case $1 in
  -r) echo "$release" ;;
  -rm) echo "$release $(/bin/uname -m)" ;;
  -rvm) echo "$release $(/bin/uname -vm)" ;;
  *) exec /bin/uname "$1" ;;
esac
`;
}
