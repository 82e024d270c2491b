# shellcheck shell=sh source-path=SCRIPTDIR
# Runs stap on a build host, from POSIX sh:
# `sh -c SCRIPT tapbook-build NONCE PARENT MODULE SECONDS NICE MEMORY HASH KEY RELEASE TOTAL COUNT [PATH BYTES]... STAP...`.
#
# Standard input carries COUNT files of TOTAL bytes in all, each BYTES long, to be put at PATH in the build's folder. It then
# stays open for as long as the result is wanted: at its end, or after SECONDS, stap is stopped. MEMORY is for `ulimit -v`, in
# kilobytes, or empty. If HASH is not empty, the module is signed by KEY with the certificate in the file `cert`; whether that
# is possible is checked before stap begins. Standard output is only the module. Standard error is stap's output and, in lines
# that begin with NONCE, this script's reports: `limit SECONDS` (stap has run for so long and is stopped), `exit CODE`, `failed
# WHY`, what tell-probes.sh tells, `module BYTES`.
#
# The build's folder is always removed, unless this shell is killed by KILL. So each folder names its owner, and the next build
# removes those whose owner has ended.

set -u
umask 077
# A closed channel must not end this shell before it has cleaned up.
trap '' PIPE
nonce=$1 parent=$2 module=$3 seconds=$4 nice=$5 memory=$6 hash=$7 key=$8 release=$9
shift 9
total=$1 count=$2
shift 2
say() { printf '%s %s\n' "$nonce" "$*" >&2; }
. ../../transport/shell/own-shell.sh
. ./build-folders.sh
. ./guard-command.sh
. ./tell-probes.sh

remove_lost_builds
# Background lists get /dev/null as standard input, so the real one is passed as descriptor 3.
exec 3<&0
dir=$(mktemp -d "$parent/tapbook-build-XXXXXX") || { say "failed cannot make a folder in $parent"; exit 3; }
# stap takes an empty file in its cache for a trace header that does not compile. Where its compiler was ended, or had no room, it
# leaves one for each header that was still to be compiled, and no script would find the tracepoints of those any more.
forget_trace_headers() {
  find "${SYSTEMTAP_DIR:-$HOME/.systemtap}/cache" -type f -name 'tracequery_*.o' -size 0 -mmin "-$((seconds / 60 + 2))" \
    -exec rm -f {} + 2>/dev/null
}
finish() {
  is_main || return
  # Some shells print there how a background command ended.
  exec 2>/dev/null
  unguard
  if [ -n "$running" ]; then
    kill -TERM "$running" 2>/dev/null
    asked=0
    # Nobody waits for it any more, so that it stays as a zombie when it has ended.
    until [ "$asked" -ge 10 ] || grep -q '^State:.*Z' "/proc/$running/status" 2>/dev/null || ! kill -0 "$running" 2>/dev/null; do
      sleep 0.5
      asked=$((asked + 1))
    done
    end_all "$running"
    forget_trace_headers
  fi
  cd / || :
  # Processes that stap has started may still write there for a moment.
  tries=0
  until rm -rf "$dir" || [ "$tries" -ge 20 ]; do
    tries=$((tries + 1))
    sleep 0.5
  done
}
trap finish EXIT
trap 'exit 3' HUP INT TERM

cd "$dir" || exit 3
write_owner
head -c "$total" >.files
[ "$(wc -c <.files)" -eq "$total" ] || { say 'failed the script did not arrive whole'; exit 3; }
# One head for all files: some heads read further than they are asked to.
offset=1
while [ "$count" -gt 0 ]; do
  case $1 in */*) mkdir -p "$(dirname "$1")" ;; esac
  # tail complains when head closes the pipe.
  tail -c "+$offset" .files 2>/dev/null | head -c "$2" >"$1"
  offset=$((offset + $2))
  shift 2
  count=$((count - 1))
done

cannot_sign() { say "failed cannot sign the module: $*"; exit 0; }
tool=''
if [ -n "$hash" ]; then
  tool=/lib/modules/$release/build/scripts/sign-file
  [ -x "$tool" ] || tool=$(command -v kmodsign) || cannot_sign 'neither scripts/sign-file of the headers nor kmodsign is here'
  case $key in /*) [ -r "$key" ] || cannot_sign "there is no key $key that this user may read" ;; esac
fi

# stap's cache stays in ~/.systemtap; its temporary folder is removed with ours.
(
  TMPDIR=$dir
  export TMPDIR
  # shellcheck disable=SC3045 # dash, bash and busybox have it
  [ -z "$memory" ] || ulimit -v "$memory"
  [ "$nice" -eq 0 ] || exec nice -n "$nice" "$@"
  exec "$@"
) >&2 </dev/null 3<&- &
await_command "$seconds" "limit $seconds"
[ "$code" -eq 0 ] || forget_trace_headers
say "exit $code"
[ "$code" -eq 0 ] && [ -f "$module.ko" ] || exit 0
tell_probes
if [ -n "$tool" ]; then
  # A key on a token may need the network. The controller's own limit is half a minute longer.
  signing=$((seconds < 20 ? seconds : 20))
  "$tool" "$hash" "$key" cert "$module.ko" >.said 2>&1 </dev/null 3<&- &
  await_command "$signing" "failed cannot sign the module: it took longer than $signing s"
  [ "$code" -eq 0 ] || {
    cat .said >&2
    cannot_sign "$tool: $(tail -n 1 .said)"
  }
fi
say "module $(wc -c <"$module.ko")"
cat "$module.ko"
