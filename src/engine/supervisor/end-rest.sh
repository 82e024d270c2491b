# shellcheck shell=sh
# What still runs of the script $module: stapio may outlive a staprun that was killed. It is told by its session, which is the
# supervisor's, $own_session, and by the module among its arguments.

# Puts into $found the processes of that session whose arguments fit the pattern $1 and not $2. A shell reads them as one word,
# since it passes over the NULs between them; a busybox grep would not look behind the first.
find_processes() {
  found=''
  # The names of files in /proc have no blanks.
  # shellcheck disable=SC2013
  for file in $(grep -ls ") [A-Z] [0-9]* [0-9]* $own_session " /proc/[0-9]*/stat); do
    one=${file#/proc/} one=${one%/stat} line=''
    began "$one"
    [ "$session" = "$own_session" ] || continue
    { while IFS= read -r part || [ -n "$part" ]; do line=$line$part; done <"/proc/$one/cmdline"; } 2>/dev/null
    # shellcheck disable=SC2254
    case $line in
      $2) ;;
      $1) found="$found $one" ;;
    esac
  done
}
find_rest() {
  find_processes "*./$module.ko*" '*tapbook-supervisor*'
  rest=$found
}
# Ends it as the watch ends staprun, each step after PATIENCE in which nothing was going on.
end_rest() {
  tell_time
  until=$((now + ending))
  for signal in INT TERM KILL; do
    idle=0
    find_rest
    # shellcheck disable=SC2086
    [ -z "$rest" ] || kill "-$signal" $rest 2>/dev/null
    while [ -n "$rest" ] && [ "$idle" -lt "$patience" ]; do
      pause 1
      tell_time
      busy=''
      for one in $rest; do ! is_busy "$one" || busy=yes; done
      { [ -n "$busy" ] && [ "$now" -lt "$until" ]; } || idle=$((idle + 1))
      find_rest
    done
    [ -n "$rest" ] || break
  done
}
