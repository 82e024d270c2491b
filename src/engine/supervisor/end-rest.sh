# shellcheck shell=sh
# What still runs of the script $module: stapio may outlive a staprun that was killed. It is told by its session, which is the
# supervisor's, $own_session, and by the module among its arguments.

find_rest() {
  rest=''
  # The names of files in /proc have no blanks.
  # shellcheck disable=SC2013
  for file in $(grep -lsF "./$module.ko" /proc/[0-9]*/cmdline 2>/dev/null); do
    one=${file#/proc/} one=${one%/cmdline}
    began "$one"
    { [ -n "$began" ] && [ "$session" = "$own_session" ]; } || continue
    grep -qsF tapbook-supervisor "$file" || rest="$rest $one"
  done
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
