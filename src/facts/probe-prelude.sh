# shellcheck shell=sh
# The beginning of every probe, in POSIX sh: the nonce in $1, and helpers. The rest is one group, whose errors are dropped. A
# shell reads a group whole before it runs it, so that no command can eat the rest of the script from standard input.

nonce=$1
shift
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin
LC_ALL=C
export PATH LC_ALL
newline='
'
# Each fact as it becomes known.
tell() { printf '%s\n' "$1"; }
# One line for each value, whatever a command has printed.
put() {
  case $2 in
    *"$newline"*) tell "$1=$(printf '%s' "$2" | head -n 1)" ;;
    *) tell "$1=$2" ;;
  esac
}
has() { command -v "$1" >/dev/null 2>&1; }
# In seconds; who sends this script sets it before.
patience=${patience:-3}
# Within `within`: runs one command that could hang (a directory service, a package manager's lock, a dead mount), with both
# its outputs. It has from $patience to twice as many seconds. One that only root may end, such as sudo, is then left behind.
ask() {
  step=$((step + 1))
  "$@" </dev/null 2>&1 &
  while :; do
    wait "$!"
    code=$?
    [ -n "$ticked" ] || return "$code"
    ticked=''
    [ "$given_up" != "$step" ] || return 1
  done
}
# Runs a function with such commands, and prints their output. Children that they leave behind are not waited for: the reader
# stops at the last line, not at the end of the pipe.
within() {
  {
    (
      step=0 seen='' ticked='' given_up=''
      trap 'ticked=yes; if [ "$seen" = "$step" ]; then given_up=$step; kill -KILL "$!"; fi; seen=$step' USR1
      "$@"
    ) &
    asking=$!
    (
      trap 'kill "$!"; exit' TERM
      ticks=0
      while [ "$ticks" -lt 20 ]; do
        ticks=$((ticks + 1))
        sleep "$patience" >/dev/null &
        wait
        kill -USR1 "$asking" || exit
      done
      kill -KILL "$asking"
    ) &
    watch=$!
    if wait "$asking"; then code=ok; else code=failed; fi
    kill "$watch"
    printf '\n%s %s\n' "$nonce" "$code"
  } | (
    while IFS= read -r heard; do
      case $heard in
        "$nonce ok") exit 0 ;;
        "$nonce "*) exit 1 ;;
        *) printf '%s\n' "$heard" ;;
      esac
    done
    exit 1
  )
}
