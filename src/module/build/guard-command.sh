# shellcheck shell=sh
# Waits for the command that has just been begun in the background, but not for longer than it may take, and no longer than its
# result is wanted, which is until descriptor 3 ends.

running='' watch='' limit=''
# After $1 seconds it is stopped, of which $2 is said. Its exit code is in $code.
await_command() {
  running=$!
  guard "$running" "$1" "$2"
  wait "$running"
  code=$?
  running=''
  unguard
}
guard() {
  (
    nap=''
    trap '[ -z "$nap" ] || kill "$nap" 2>/dev/null; exit' TERM
    left=$2
    # Second by second: a TERM that comes while this shell is being forked is lost, and it must end all the same.
    while [ "$left" -gt 0 ]; do
      sleep 1 >/dev/null 2>&1 &
      nap=$!
      wait "$nap"
      nap=''
      kill -0 "$1" 2>/dev/null || exit
      left=$((left - 1))
    done
    say "$3"
    kill -TERM "$1"
    # Whoever reads our outputs waits for all that hold them, and this may outlive the rest.
    exec 2>/dev/null
    sleep 5
    kill -KILL "$1"
  ) >/dev/null 3<&- &
  limit=$!
  (
    while read -r _; do :; done <&3
    # Again and again: a signal that meets it while it is being started is lost.
    while kill -TERM "$1" 2>/dev/null; do sleep 1; done
  ) >/dev/null 2>&1 &
  watch=$!
}
unguard() {
  [ -z "$watch" ] || kill -TERM "$watch" 2>/dev/null
  [ -z "$limit" ] || kill -TERM "$limit" 2>/dev/null
  watch='' limit=''
}
