# shellcheck shell=sh source-path=SCRIPTDIR
# Asks a target for all that a plan needs, in POSIX sh (dash, bash, busybox ash): `sh -s -- NONCE` with this on standard input.
# It writes nothing there, asks nothing of a terminal, and prints `key=value` lines between two lines that hold the nonce, so that
# what a login shell prints before or after is not taken for facts. What is not said is unknown. How long the host is up is read
# first and last, so that the questions between do not count as time on the way.

. ./probe-prelude.sh
# Many facts at once: each write is a packet, and wakes somebody at every stage of its way.
told=''
tell() { told=$told$1$newline; }
# The first line of a file that is there. A shell that reads byte by byte gets one digit of a number in /proc/sys, then the
# end of the file in place of a newline: so what read returns does not count.
line() { [ ! -r "$2" ] || { value='' && IFS= read -r value <"$2"; put "$1" "$value"; }; }
# What follows such a line is as a program prints it; what hangs there is ended by who listens, who knows it by its environment:
# see end-hanging-steps.ts.
step() {
  export TAPBOOK_STEP="$nonce-$1"
  printf '\n%s: facts\n%s%s: %s\n' "$nonce" "$told" "$nonce" "$1"
  told=''
}
{
  printf '\n%s begin\n' "$nonce"
  line up /proc/uptime
  . ./system-questions.sh
  line boot_id /proc/sys/kernel/random/boot_id
  case $said in *groups=*) groups=${said#*groups=} ;; *) groups=${said#* gid=} ;; esac
  names='' rest=${groups%% context=*},
  while [ -n "$rest" ]; do
    name=${rest%%,*} rest=${rest#*,}
    name=${name#*\(}
    names="$names ${name%\)}"
  done
  put groups "${names# }"

  if [ "$uid" = 0 ]; then
    put sudo root
  elif ! has sudo; then
    put sudo missing
  elif within ask sudo -n true >/dev/null; then
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
    # Root has what it needs in one that makes everybody root; whom root is to become may not.
    if [ "$uid" != 0 ] || [ ! -u "$staprun" ]; then put staprun.mode "$(stat -L -c '%U %a' "$staprun")"; fi
    [ ! -x "$staprun" ] || put staprun.executable yes
  fi
  upload=/tmp
  [ -w /tmp ] || upload=/var/tmp
  put upload "$upload"
  # More than one package manager may be there.
  if [ -n "$staprun" ] && [ -x "$staprun" ]; then
    step staprun
    "$staprun" -V 2>&1
  fi
  found='' dollar='$'
  if has dpkg-query; then
    step dpkg
    dpkg-query -W -f "$dollar{Status}:$dollar{Version}" systemtap-runtime && found=yes
  fi
  if [ -z "$found" ] && has rpm; then
    step rpm
    rpm -q --qf '%{VERSION}-%{RELEASE}\n' systemtap-runtime && found=yes
  fi
  if [ -z "$found" ] && has apk; then
    step apk
    apk info -e -v systemtap
  fi
  step df
  df -Pk "$upload"
  # What the kernel's own files say, read once. A mount's line has blanks round the kind; of a file system that could be mounted,
  # the line ends with it. The bounding set is the same for each of our processes.
  look() {
    set -- "$@" /proc/meminfo /proc/self/status /proc/mounts /proc/filesystems /proc/modules /proc/stat
    grep -hs -e '^MemAvailable:' -e '^btime ' -e '^CapBnd:' -e '^[^ ]* [^ ]* debugfs ' -e '^[^ ]* [^ ]* tracefs ' -e 'debugfs$' -e 'tracefs$' \
      -e '^[^ ]* [0-9]* .* 0x' -e '^CONFIG_KPROBES=' -e '^CONFIG_RELAY=' -e '^CONFIG_UPROBES=' -e '^CONFIG_UTRACE=' \
      -e '^CONFIG_TRACEPOINTS=' -e '^CONFIG_MODULES=' "$@"
  }
  step kernel
  if [ -s "/boot/config-$kernel" ] && [ -r "/boot/config-$kernel" ]; then
    look "/boot/config-$kernel"
  elif [ -s "/lib/modules/$kernel/config" ] && [ -r "/lib/modules/$kernel/config" ]; then
    look "/lib/modules/$kernel/config"
  elif [ -r /proc/config.gz ] && has gzip; then
    gzip -cd /proc/config.gz | look -
  else
    look
    # Then its symbols can tell what it has.
    step symbols
    [ ! -r /proc/kallsyms ] ||
      grep -e ' register_kprobe$' -e ' relay_open$' -e ' uprobe_register$' -e ' tracepoint_probe_register$' /proc/kallsyms
  fi
  step facts
  blessed=/lib/modules/$kernel/systemtap
  [ ! -d "$blessed" ] || put blessed "$(stat -c '%U %a' "$blessed")"
  if [ -r /proc/modules ]; then
    put modules yes
  else
    # A /proc may show processes only.
    loaded=''
    for state in /sys/module/*/initstate; do
      [ ! -e "$state" ] || { state=${state%/*} && loaded="$loaded ${state##*/}"; }
    done
    if [ -n "$loaded" ]; then
      put modules yes
      put loaded "${loaded# }"
    fi
  fi
  # Where securityfs is mounted and has no such file, the kernel has no lockdown.
  if [ -e /sys/kernel/security/lsm ] && [ ! -e /sys/kernel/security/lockdown ]; then put lockdown '[none]'; fi
  line lockdown /sys/kernel/security/lockdown
  line sig_enforce /sys/module/module/parameters/sig_enforce
  line modules_disabled /proc/sys/kernel/modules_disabled
  line fips /proc/sys/crypto/fips_enabled
  for file in /sys/firmware/efi/efivars/SecureBoot-*; do
    [ ! -r "$file" ] || put secure_boot "$(od -An -tu1 "$file" | tr -s ' \n' ' ' | sed 's/ *$//; s/.* //')"
  done
  if [ -d /sys/firmware ] && [ ! -d /sys/firmware/efi ]; then put secure_boot 0; fi
  line uid_map /proc/self/uid_map
  if [ -d /run/systemd/system ]; then
    # Who began the host writes down there what it was begun in.
    line container /run/systemd/container
  elif has systemd-detect-virt; then
    put container "$(systemd-detect-virt -c)"
  elif [ -e /run/.containerenv ]; then
    put container podman
  elif [ -e /.dockerenv ]; then
    put container docker
  elif [ -r /proc/1/environ ]; then
    put container "$(tr '\0' '\n' </proc/1/environ | sed -n 's/^container=//p')"
  fi
  line load /proc/loadavg
  supervisors=''
  looked=''
  for folder in /tmp/tapbook-[0-9]*T[0-9]*Z-*-* /var/tmp/tapbook-[0-9]*T[0-9]*Z-*-*; do
    if [ ! -d "$folder" ] || [ -L "$folder" ]; then continue; fi
    if [ -z "$looked" ]; then
      looked=yes
      # A supervisor has its run among its arguments. The brackets keep grep from finding itself.
      supervisors=$(grep -l '[t]apbook-supervisor' /proc/[0-9]*/cmdline | while IFS= read -r file; do
        tr '\0\n' '\n ' <"$file" | sed -n '/^tapbook-supervisor$/{n;n;n;p;}'
      done | tr '\n' ' ')
      # Where the first process is hidden, so may be others' supervisors.
      everybody=hidden
      [ ! -r /proc/1/cmdline ] || everybody=seen
    fi
    run=$(basename "$folder" | sed 's/^tapbook-//; s/-[^-]*$//')
    state=unknown
    [ "$everybody" = hidden ] || state=over
    case " $supervisors " in *" $run "*) state=live ;; esac
    module=-
    for file in "$folder"/*.ko; do
      file=$(basename "$file" .ko)
      [ ! -d "/sys/module/$file" ] || module=$file
    done
    put leftover "$state $(stat -c %U "$folder") $module $folder"
  done
  for tool in sha256sum openssl shasum busybox; do
    has "$tool" && { put sha256 "$tool"; break; }
  done
  put shell "$SHELL"
  line up.end /proc/uptime
  printf '%s%s end\n' "$told" "$nonce"
} </dev/null 2>/dev/null
