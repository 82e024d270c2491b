# shellcheck shell=sh
# Finds the process that `staprun -x` is told of. The shell itself reads the names and ages of processes in /proc: that takes no
# pgrep, and begins no process.

# Reads /proc/$1/stat into $comm, $state, $ppid and $began (in ticks since boot). Fails where there is no such process, or only
# one that waits for its parent.
read_process() {
  stat=''
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null
  [ -n "$stat" ] || return 1
  # A name may hold blanks and brackets; behind it are one letter and numbers.
  comm=${stat#*\(}
  comm=${comm%\)*}
  # shellcheck disable=SC2086
  set -- ${stat##*\) }
  [ $# -ge 20 ] || return 1
  state=$1 ppid=$2 began=${20}
  case $state in Z | X | x) return 1 ;; esac
}
# Sets $target, or refuses: nothing is loaded then.
find_target() {
  case $target_by in
    pid) target=$target_value ;;
    name) find_named ;;
    pidfile) read_pidfile "$target_value" ;;
    service) find_service ;;
  esac
  read_process "$target" || refuse_unseen "$target"
  target_name=$comm target_began=$began
  # A thread has a folder there, too, but pid() is never its number.
  {
    while read -r key value; do
      [ "$key" != Tgid: ] || [ "$value" = "$target" ] || refuse "thread $target $value"
    done <"/proc/$target/status"
  } 2>/dev/null
  say "target $target $target_name"
}
# Who may see only processes of their own does not see the first one either.
refuse_unseen() {
  if [ -d /proc/1 ]; then refuse no-process "$@"; fi
  refuse hidden "$@"
}
find_named() {
  count=0 shown='' age=''
  for folder in /proc/[0-9]*; do
    number=${folder#/proc/}
    read_process "$number" || continue
    [ "$comm" = "$target_value" ] || continue
    # Our own helpers have names as well: sh, sleep.
    case " $shell $guard " in *" $number "* | *" $ppid "*) continue ;; esac
    count=$((count + 1))
    [ "$count" -gt 20 ] || shown="$shown $number:$ppid"
    if [ -z "$target" ] || is_preferred; then target=$number age=$began; fi
  done
  [ "$count" -gt 0 ] || refuse_unseen
  [ "$count" -eq 1 ] || [ "$target_which" != - ] || refuse "several $count$shown"
}
# Whether $number is to be taken, not $target. Many can begin within one tick: of them, the first has the least number.
is_preferred() {
  case $target_which in
    oldest) [ "$began" -lt "$age" ] || { [ "$began" -eq "$age" ] && [ "$number" -lt "$target" ]; } ;;
    *) [ "$began" -gt "$age" ] || { [ "$began" -eq "$age" ] && [ "$number" -gt "$target" ]; } ;;
  esac
}
# The first word of the file; what is no plain file could keep us waiting.
read_pidfile() {
  [ -f "$1" ] || refuse "pidfile none $1"
  head -c 64 "$1" >"$dir/said" 2>/dev/null || refuse "pidfile unread $1"
  read -r target _ <"$dir/said"
  case $target in '' | 0* | *[!0-9]*) refuse "pidfile odd $1" ;; esac
}
# Without a systemd that answers, a service has its pidfile.
find_service() {
  if has systemctl && ask_systemd; then
    case $known in not-found | masked) refuse "service $known" ;; esac
    case $target in '' | 0) refuse "service no-main $active" ;; esac
    return
  fi
  unit=${target_value%.service}
  for file in "/run/$unit.pid" "/var/run/$unit.pid" "/run/$unit/$unit.pid" "/var/run/$unit/$unit.pid"; do
    [ -f "$file" ] || continue
    read_pidfile "$file"
    return
  done
  refuse 'service no-pidfile'
}
# In the background, since systemctl waits long for a systemd that does not answer.
ask_systemd() {
  systemctl show -p MainPID -p LoadState -p ActiveState -- "$target_value" </dev/null >"$dir/said" 2>/dev/null 3<&- 4>&- &
  asker=$!
  tell_time
  until=$((now + patience))
  while lives "$asker"; do
    if [ "$now" -ge "$until" ]; then
      kill -KILL "$asker" 2>/dev/null
      refuse "service silent $patience"
    fi
    pause 0.1
    tell_time
  done
  known='' active=''
  while IFS='=' read -r key value; do
    case $key in
      MainPID) target=$value ;;
      LoadState) known=$value ;;
      ActiveState) active=$value ;;
    esac
  done <"$dir/said"
  [ -n "$known" ]
}
# For the watch: says once that the process is gone. Another one may have its number since.
watch_target() {
  [ -n "$target" ] || return 0
  read_process "$target" && [ "$began" = "$target_began" ] && return 0
  target=''
  say "target-gone $((time - started))" &
}
