import { probePrelude } from './probe-prelude.ts';

/**
 * Asks a target for all that a plan needs, in POSIX sh (dash, bash, busybox ash): `sh -s -- NONCE` with this on standard
 * input. It writes nothing there, asks nothing of a terminal, and prints `key=value` lines between two lines that hold
 * the nonce, so that what a login shell prints before or after is not taken for facts. What is not said is unknown.
 */
export const targetProbe: string = String.raw`${probePrelude}
# The first line of a file, without waiting for one that is not there.
line() { [ -r "$2" ] && IFS= read -r value <"$2" && put "$1" "$value"; }
line boot_id /proc/sys/kernel/random/boot_id
put groups "$(id -nG)"

if [ "$(id -u)" = 0 ]; then
  put sudo root
elif ! has sudo; then
  put sudo missing
elif sudo -n true >/dev/null 2>&1 </dev/null; then
  put sudo passwordless
else
  put sudo asks-password
fi

staprun=$(command -v staprun)
if [ -z "$staprun" ]; then
  # Debian's is executable for root and group stapusr only.
  for file in /usr/bin/staprun /usr/sbin/staprun /usr/local/bin/staprun; do
    [ ! -f "$file" ] || { staprun=$file; break; }
  done
fi
if [ -n "$staprun" ]; then
  put staprun "$staprun"
  if [ -x "$staprun" ]; then
    put staprun.executable yes
    put staprun.version "$("$staprun" -V 2>&1 </dev/null | grep version | head -n 1)"
  fi
fi
dollar='$'
if has dpkg-query; then
  put package "dpkg systemtap-runtime $(dpkg-query -W -f "$dollar{Status}:$dollar{Version}" systemtap-runtime 2>/dev/null | sed -n 's/^install ok installed://p')"
elif has rpm; then
  # Of a package that is not there rpm says so on standard output, which is no version.
  version=$(rpm -q --qf '%{VERSION}-%{RELEASE}\n' systemtap-runtime 2>/dev/null) || version=''
  put package "rpm systemtap-runtime $(printf '%s' "$version" | head -n 1)"
elif has apk; then
  put package "apk systemtap $(apk info -e -v systemtap 2>/dev/null | sed 's/^systemtap-//')"
fi
blessed=/lib/modules/$(uname -r)/systemtap
[ ! -d "$blessed" ] || put blessed "$(stat -c '%U %a' "$blessed" 2>/dev/null)"

if [ -r /proc/modules ]; then
  put modules yes
  put loaded "$(cut -d' ' -f1 /proc/modules | tr '\n' ' ')"
fi
config=/boot/config-$(uname -r)
for option in KPROBES RELAY; do
  if [ -r "$config" ]; then
    if grep -q "^CONFIG_$option=y" "$config"; then put "config.$option" yes; else put "config.$option" no; fi
  elif [ -r /proc/config.gz ] && has zcat; then
    if zcat /proc/config.gz 2>/dev/null | grep -q "^CONFIG_$option=y"; then put "config.$option" yes; else put "config.$option" no; fi
  elif [ "$option" = KPROBES ] && [ -d /sys/kernel/debug/kprobes ]; then
    put config.KPROBES yes
  fi
done
for kind in debugfs tracefs; do
  if grep -q " $kind " /proc/mounts 2>/dev/null; then
    put "$kind" mounted
  elif grep -q "$kind\$" /proc/filesystems 2>/dev/null; then
    put "$kind" supported
  fi
done
line lockdown /sys/kernel/security/lockdown
line sig_enforce /sys/module/module/parameters/sig_enforce
line modules_disabled /proc/sys/kernel/modules_disabled
line fips /proc/sys/crypto/fips_enabled
for file in /sys/firmware/efi/efivars/SecureBoot-*; do
  [ ! -r "$file" ] || put secure_boot "$(od -An -tu1 "$file" 2>/dev/null | tr -s ' \n' ' ' | sed 's/ *$//; s/.* //')"
done
if has systemd-detect-virt; then
  put container "$(systemd-detect-virt -c 2>/dev/null)"
elif [ -e /run/.containerenv ]; then
  put container podman
elif [ -e /.dockerenv ]; then
  put container docker
elif [ -r /proc/1/environ ]; then
  put container "$(tr '\0' '\n' </proc/1/environ 2>/dev/null | sed -n 's/^container=//p')"
fi
put cpus "$(grep -c '^processor' /proc/cpuinfo)"
line load /proc/loadavg
put memory_kb "$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)"
upload=/tmp
[ -w /tmp ] || upload=/var/tmp
put upload "$upload"
put free_kb "$(df -Pk "$upload" 2>/dev/null | awk 'NR == 2 { print $4 }')"
for folder in /tmp/tapbook-* /var/tmp/tapbook-*; do
  [ ! -d "$folder" ] || put leftover "$folder"
done
if has sha256sum; then put sha256 sha256sum; elif has openssl; then put sha256 openssl; fi
put shell "$SHELL"
printf '%s end\n' "$nonce"
} 2>/dev/null
`;
