# shellcheck shell=sh
# Waits for the command that was just begun in the background, but not beyond its time limit, and only while its result is
# wanted: until descriptor 3 ends.

running='' watch='' limit=''
# Stops the command after $1 seconds and then reports $2. Puts its exit code into $code.
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
    # Second by second: a TERM that comes while this shell is being forked is lost, and it has to end nevertheless.
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
    # A reader of our outputs waits for every process that holds them, and this one may live longest.
    exec 2>/dev/null
    sleep 5
    kill -KILL "$1"
  ) >/dev/null 3<&- &
  limit=$!
  (
    while read -r _; do :; done <&3
    # Repeatedly: a signal during its start is lost.
    while kill -TERM "$1" 2>/dev/null; do sleep 1; done
  ) >/dev/null 2>&1 &
  watch=$!
}
unguard() {
  [ -z "$watch" ] || kill -TERM "$watch" 2>/dev/null
  [ -z "$limit" ] || kill -TERM "$limit" 2>/dev/null
  watch='' limit=''
}
