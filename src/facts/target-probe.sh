# shellcheck shell=sh source-path=SCRIPTDIR
# Asks a target for all that a plan needs, in POSIX sh (dash, bash, busybox ash): `sh -s -- NONCE [BECOME]` with this on standard
# input; BECOME is the name of the user that scripts run as, where it is another one.
# It writes no file, needs no terminal, and prints `key=value` lines between two lines with the nonce, so that the output of a
# login shell is not taken for facts. Missing keys are unknown. The uptime is read first and last, so that the time between
# does not count as time on the network.

. ./probe-prelude.sh
become=${1:-}
# Prints many facts at once: each write is a packet.
told=''
tell() { told=$told$1$newline; }
# The first line of a file. A shell that reads byte by byte gets the first digit of a number in /proc/sys, and then the end of
# the file instead of a newline: so read's exit code is ignored.
line() { [ ! -r "$2" ] || { value='' && IFS= read -r value <"$2"; put "$1" "$value"; }; }
# After such a line, a program's own output follows. The controller ends programs that hang, which it finds by their
# environment: see end-hanging-steps.ts.
step() {
  export TAPBOOK_STEP="$nonce-$1"
  printf '\n%s: facts\n%s%s: %s\n' "$nonce" "$told" "$nonce" "$1"
  told=''
}
tell_container() {
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
}
. ./ask-user.sh
. ./ask-runtime.sh
. ./ask-kernel.sh
. ./find-leftovers.sh

{
  printf '\n%s begin\n' "$nonce"
  line up /proc/uptime
  . ./system-questions.sh
  line boot_id /proc/sys/kernel/random/boot_id
  tell_groups
  tell_sudo
  tell_staprun
  upload=/tmp
  [ -w /tmp ] || upload=/var/tmp
  put upload "$upload"
  ask_version
  step df
  df -Pk "$upload"
  step kernel
  read_config
  step facts
  blessed=/lib/modules/$kernel/systemtap
  [ ! -d "$blessed" ] || put blessed "$(stat -c '%U %a' "$blessed")"
  tell_modules
  tell_restrictions
  line uid_map /proc/self/uid_map
  tell_container
  line load /proc/loadavg
  find_leftovers
  for tool in sha256sum openssl shasum busybox; do
    has "$tool" && { put sha256 "$tool"; break; }
  done
  put shell "$SHELL"
  line up.end /proc/uptime
  printf '%s%s end\n' "$told" "$nonce"
} </dev/null 2>/dev/null
