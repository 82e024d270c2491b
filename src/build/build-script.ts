/**
 * Runs stap on a build host, from POSIX sh: `sh -c SCRIPT tapbook-build NONCE PARENT MODULE SCRIPTFILE BYTES SECONDS STAP…`.
 *
 * Standard input carries the script's text, BYTES long, and then stays open for as long as the result is wanted: at
 * its end, or after SECONDS, stap is stopped. Standard output is the module and nothing else. Standard error is stap's
 * own output and, in lines that begin with NONCE, what this script has to say: `exit CODE`, `failed WHY`, `module BYTES`.
 * The folder of the build is removed in every case.
 */
export const buildScript: string = String.raw`set -u
umask 077
# A closed channel must not end this shell before it has cleaned up.
trap '' PIPE
nonce=$1 parent=$2 module=$3 file=$4 bytes=$5 seconds=$6
shift 6
say() { printf '%s %s\n' "$nonce" "$*" >&2; }

dir=$(mktemp -d "$parent/tapbook-build-XXXXXX") || { say "failed cannot make a folder in $parent"; exit 3; }
stap='' watch='' limit=''
finish() {
  # Some shells say there what became of a background command.
  exec 2>/dev/null
  [ -z "$stap" ] || kill -TERM "$stap" 2>/dev/null
  [ -z "$watch" ] || kill -TERM "$watch" 2>/dev/null
  [ -z "$limit" ] || kill -TERM "$limit" 2>/dev/null
  cd / && rm -rf "$dir"
}
trap finish EXIT
trap 'exit 3' HUP INT TERM

cd "$dir" || exit 3
head -c "$bytes" >"$file"
[ "$(wc -c <"$file")" -eq "$bytes" ] || { say "failed the script did not arrive whole"; exit 3; }

# stap keeps what it learns of a kernel in ~/.systemtap; its temporary folder goes with ours.
TMPDIR=$dir "$@" >&2 </dev/null &
stap=$!

# Background lists get /dev/null as standard input, so the real one is handed over.
exec 3<&0
(
  nap=''
  trap '[ -z "$nap" ] || kill "$nap" 2>/dev/null; exit' TERM
  left=$seconds
  # Second by second: a TERM that comes while this shell is being forked is lost, and it must end all the same.
  while [ "$left" -gt 0 ]; do
    sleep 1 >/dev/null 2>&1 &
    nap=$!
    wait "$nap"
    nap=''
    kill -0 "$stap" 2>/dev/null || exit
    left=$((left - 1))
  done
  say "failed stap took longer than $seconds seconds"
  kill -TERM "$stap"
  # Whoever reads our outputs waits for all that hold them, and this may outlive the rest.
  exec 2>/dev/null
  sleep 5
  kill -KILL "$stap"
) >/dev/null 3<&- &
limit=$!
(
  while read -r _; do :; done <&3
  # Again and again: a signal that meets stap while it is being started is lost.
  while kill -TERM "$stap" 2>/dev/null; do sleep 1; done
) >/dev/null 2>&1 &
watch=$!

wait "$stap"
code=$?
stap=''
say "exit $code"
if [ "$code" -eq 0 ] && [ -f "$module.ko" ]; then
  say "module $(wc -c <"$module.ko")"
  cat "$module.ko"
fi
`;
