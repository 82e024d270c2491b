# shellcheck shell=sh
# Waits for the command that was just begun in the background, but not beyond its time limit, and only while its result is
# wanted: until descriptor 3 ends. It is asked to end by TERM; after 5 s it is ended by KILL, with all that it has begun.

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
    # A reader of our outputs waits for every process that holds them, and this one may live longest.
    exec 2>/dev/null
    stop_command "$1"
  ) >/dev/null 3<&- &
  limit=$!
  (
    while read -r _; do :; done <&3
    stop_command "$1"
  ) >/dev/null 2>&1 &
  watch=$!
}
# Asks the command to end; if it is still there after 5 s, it is ended.
stop_command() {
  # Repeatedly: a signal during its start is lost.
  asked=0
  while [ "$asked" -lt 5 ] && kill -TERM "$1" 2>/dev/null; do
    sleep 1
    asked=$((asked + 1))
  done
  ! kill -0 "$1" 2>/dev/null || end_all "$1"
}
# The processes that $1 has begun, and what those have begun. By xargs: of 100,000 processes, a command line does not hold the
# names.
list_begun() {
  begun=$(printf '%s\n' /proc/[0-9]*/stat | xargs sed 's/ (.*) / /' 2>/dev/null | awk -v root="$1" '
    { parent[$1] = $3 }
    END {
      for (one in parent) {
        at = one
        for (deep = 0; deep < 64 && at in parent && at != root; deep++) at = parent[at]
        if (at == root && one != root) print one
      }
    }')
}
# Ends the command $1 with all that it has begun, compilers included: they would go on without their parent, and nobody could
# tell any more whose they are. Stopped first, none begins another one meanwhile.
end_all() {
  for _ in 1 2 3; do
    list_begun "$1"
    # shellcheck disable=SC2086 # one word for each
    kill -STOP "$1" $begun 2>/dev/null
  done
  # The command last: whoever waits for it ends us.
  # shellcheck disable=SC2086
  kill -KILL $begun "$1" 2>/dev/null
}
unguard() {
  [ -z "$watch" ] || kill -TERM "$watch" 2>/dev/null
  [ -z "$limit" ] || kill -TERM "$limit" 2>/dev/null
  watch='' limit=''
}
