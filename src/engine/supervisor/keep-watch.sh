# shellcheck shell=sh
# The watch over a running script: it decides when the script stops, stops it, and cleans up if the main shell was killed.
# It speaks in the background, so that a channel that nobody reads cannot keep it from stopping the script.

keep_watch() {
  asked=''
  trap 'asked=asked' USR1
  trap 'asked=${asked:-lost}' HUP
  trap 'asked=${asked:-signal}' ALRM
  trap 'tell_time; renewed=$now' USR2
  trap 'tell_time; renewed=$now armed=${armed:-$moment}' URG
  reader='' nap=''
  trap '[ -z "$nap" ] || kill "$nap" 2>/dev/null; [ -z "$reader" ] || kill -KILL "$reader" 2>/dev/null; exit' TERM
  tell_time
  renewed=$now live='' armed='' why='' since=0 next=0 idle=0 sent='' orphan='' dead=''
  read -r watch _ </proc/self/stat
  began "$watch"
  true >"$dir/watch,$watch,$began"
  # Not before the traps: a signal without its trap would end this shell.
  listen &
  reader=$!
  exec 3<&-
  while :; do
    tell_time
    before=${time:-$now} time=$now
    is_orphan && orphan=yes
    if lives "$staprun"; then
      see_whether_live
      watch_target
      [ -n "$why" ] || find_reason
      [ -z "$why" ] || stop_script
    else
      if [ -n "$orphan" ]; then
        clean
        exit
      fi
      # The main shell may wait forever for a child that has ended (see end_helper).
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
# Puts into $why the reason to stop, if there is one.
find_reason() {
  if [ -n "$orphan" ]; then
    why=signal
  elif [ -n "$asked" ]; then
    why=$asked
  elif ! lives "$reader"; then
    # At the end of the input it says so before it ends; else it was killed.
    why=${asked:-signal}
  elif [ -n "$armed" ] && [ $((moment - armed)) -ge $((limit * 100)) ]; then
    why=limit
  elif [ -z "$armed" ] && [ $((time - started)) -ge "$arming" ]; then
    why=unarmed
  elif [ $((time - renewed)) -ge "$lease" ]; then
    why=lease
  elif [ "$stop_load" != - ] && load=$(load_now) && [ "$load" -ge "$stop_load" ]; then
    why="load $load"
  elif [ "$stop_memory" != - ] && memory=$(memory_now) && [ "$memory" -le "$stop_memory" ]; then
    why="memory $memory"
  fi
  [ -n "$why" ] || return 0
  {
    say "stopping $why"
    [ -z "$armed" ] || say "traced $((moment - armed))"
  } &
  since=$time before=$time
}
# The steps are taken in order, even if this shell was suspended in between.
stop_script() {
  if [ $((time - since)) -ge "$ending" ] || ! is_busy "$staprun"; then idle=$((idle + time - before)); fi
  # A signal soon after staprun's start is lost, or leaves the module behind: the module has to be live for a while.
  ripe=''
  [ -n "$live" ] && [ "$time" -gt "$live" ] && ripe=yes
  [ "$idle" -ge "$patience" ] && ripe=yes
  case $sent in
    TERM | KILL) if [ "$idle" -ge $((patience * 3)) ]; then
      harder KILL
      return
    fi ;;
  esac
  if [ -n "$sent" ] && [ "$idle" -ge $((patience * 2)) ]; then
    [ "$sent" = KILL ] || harder TERM
  elif [ -n "$ripe" ] && { [ -z "$sent" ] || [ "$idle" -ge "$next" ]; }; then
    # Not while the kernel is busy: upon the third one stapio leaves without waiting for the `end` probes.
    next=$((idle + 5)) sent=INT
    kill -INT "$staprun" 2>/dev/null
  fi
}
harder() {
  [ "$sent" = "$1" ] || say "harder $1" &
  sent=$1
  kill "-$1" "$staprun" 2>/dev/null
}
# Sleeps until a signal comes; not every sleep takes fractions.
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
      armed) kill -URG "$watch" ;;
      *) kill -USR2 "$watch" ;;
    esac
    lives "$watch" || kill -TERM "$main"
  done
  kill -HUP "$watch"
  lives "$watch" || kill -TERM "$main"
}
