# shellcheck shell=sh source-path=SCRIPTDIR
# Runs stap on a build host, from POSIX sh:
# `sh -c SCRIPT tapbook-build NONCE PARENT MODULE SECONDS NICE MEMORY HASH KEY RELEASE TOTAL COUNT [PATH BYTES]... STAP...`.
#
# Standard input carries COUNT files of TOTAL bytes, one behind the other, each BYTES long and to be put at PATH in the folder
# of the build; then it stays open for as long as the result is wanted: at its end, or after SECONDS, stap is stopped. MEMORY
# is for `ulimit -v`, in kilobytes, or empty. HASH is empty, or the module is signed by KEY with the certificate that is the
# file `cert`; whether that can be is seen before stap is begun. Standard output is the module and nothing else. Standard error
# is stap's own output and, in lines that begin with NONCE, what this script has to say: `limit SECONDS` (stap has run for so
# long and is stopped), `exit CODE`, `failed WHY`, `module BYTES`.
#
# The folder of the build is removed in every case but one: a KILL of this shell. So each folder says whose it is, and the next
# build removes those whose owner is gone.

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

remove_lost_builds
# Background lists get /dev/null as standard input, so the real one is handed over.
exec 3<&0
dir=$(mktemp -d "$parent/tapbook-build-XXXXXX") || { say "failed cannot make a folder in $parent"; exit 3; }
finish() {
  is_main || return
  # Some shells say there what became of a background command.
  exec 2>/dev/null
  [ -z "$running" ] || kill -TERM "$running" 2>/dev/null
  unguard
  cd / || :
  # What stap has started may still be writing there for a moment.
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
# One head for all: some read further than they are asked to.
offset=1
while [ "$count" -gt 0 ]; do
  case $1 in */*) mkdir -p "$(dirname "$1")" ;; esac
  # tail complains of a head that has had enough.
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

# stap keeps what it learns of a kernel in ~/.systemtap; its temporary folder goes with ours.
(
  TMPDIR=$dir
  export TMPDIR
  # shellcheck disable=SC3045 # dash, bash and busybox have it
  [ -z "$memory" ] || ulimit -v "$memory"
  [ "$nice" -eq 0 ] || exec nice -n "$nice" "$@"
  exec "$@"
) >&2 </dev/null 3<&- &
await_command "$seconds" "limit $seconds"
say "exit $code"
[ "$code" -eq 0 ] && [ -f "$module.ko" ] || exit 0
if [ -n "$tool" ]; then
  # A key in a token may be asked for over a network. Who waits for all this allows half a minute besides.
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
