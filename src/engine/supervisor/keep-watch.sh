# shellcheck shell=sh
# The watch over a script that has been begun: it decides when the script stops, stops it, and cleans up in place of a shell
# that was killed. What it says goes out when it can: a channel that nobody reads must not keep it from stopping the script.

keep_watch() {
  asked=''
  trap 'asked=asked' USR1
  trap 'asked=${asked:-lost}' HUP
  trap 'asked=${asked:-signal}' ALRM
  trap 'tell_time; renewed=$now' USR2
  reader='' nap=''
  trap '[ -z "$nap" ] || kill "$nap" 2>/dev/null; [ -z "$reader" ] || kill -KILL "$reader" 2>/dev/null; exit' TERM
  tell_time
  renewed=$now live='' why='' since=0 next=0 sent='' orphan='' dead=''
  read -r watch _ </proc/self/stat
  # It begins here, since a signal that came before its trap would be the end of this.
  listen &
  reader=$!
  exec 3<&-
  while :; do
    tell_time
    time=$now
    is_orphan && orphan=yes
    if lives "$staprun"; then
      see_whether_live
      [ -n "$why" ] || find_reason
      [ -z "$why" ] || stop_script
    else
      if [ -n "$orphan" ]; then
        clean
        exit
      fi
      # As bash may, see end_helper.
      dead=${dead:-$time}
      [ $((time - dead)) -lt 3 ] || kill -USR1 "$main"
    fi
    if [ -z "$live" ]; then doze 0.2; else doze 1; fi
  done
}
see_whether_live() {
  [ -z "$live" ] || return 0
  state=''
  { read -r state <"/sys/module/$module/initstate"; } 2>/dev/null
  [ "$state" = live ] || return 0
  live=$time
  say loaded &
}
# In $why, once there is one.
find_reason() {
  if [ -n "$orphan" ]; then
    why=signal
  elif [ -n "$asked" ]; then
    why=$asked
  elif [ -n "$live" ] && [ $((time - live)) -ge "$limit" ]; then
    why=limit
  elif [ $((time - renewed)) -ge "$lease" ]; then
    why=lease
  elif [ "$stop_load" != - ] && load=$(load_now) && [ "$load" -ge "$stop_load" ]; then
    why="load $load"
  elif [ "$stop_memory" != - ] && memory=$(memory_now) && [ "$memory" -le "$stop_memory" ]; then
    why="memory $memory"
  fi
  [ -n "$why" ] || return 0
  say "stopping $why" &
  since=$time next=$time
}
# Each step is taken after the one before it, also where this shell stood still meanwhile.
stop_script() {
  waited=$((time - since))
  # A signal in staprun's first moments is lost, or leaves the module behind: it has to be live for a while first.
  ripe=''
  [ -n "$live" ] && [ "$time" -gt "$live" ] && ripe=yes
  [ "$waited" -ge "$patience" ] && ripe=yes
  if [ "$sent" = TERM ] && [ "$waited" -ge $((patience * 3)) ]; then
    kill -KILL "$staprun" 2>/dev/null
  elif [ -n "$sent" ] && [ "$waited" -ge $((patience * 2)) ]; then
    sent=TERM
    kill -TERM "$staprun" 2>/dev/null
  elif [ -n "$ripe" ] && [ "$time" -ge "$next" ]; then
    next=$((time + 5)) sent=INT
    kill -INT "$staprun" 2>/dev/null
  fi
}
# A signal ends it; not every sleep knows fractions.
doze() {
  for span in "$1" 1; do
    sleep "$span" >/dev/null 2>&1 4>&- &
    nap=$!
    wait "$nap" && break
    kill "$nap" 2>/dev/null && break
  done
  nap=''
}
# Standard input is the lifeline.
listen() {
  exec 4>&-
  while read -r word <&3; do
    case $word in
      stop) kill -USR1 "$watch" ;;
      *) kill -USR2 "$watch" ;;
    esac
    lives "$watch" || kill -TERM "$main"
  done
  kill -HUP "$watch"
  lives "$watch" || kill -TERM "$main"
}
