# shellcheck shell=sh
# Time, processes and the module $module, as a supervisor and its caretaker see them.

# A process that only waits must not keep the channel open.
pause() { sleep "$1" >/dev/null 2>&1 4>&- || sleep 1 >/dev/null 2>&1 4>&-; }
has() { command -v "$1" >/dev/null 2>&1; }
# Puts the time since boot into $now, in seconds, and into $moment, in hundredths; setting the clock does not move it. Costs
# no process, since it runs often.
now=0 moment=0
tell_time() {
  IFS=. read -r up parts </proc/uptime || return
  parts=${parts%% *}
  # shellcheck disable=SC2034 # Not all want to know it so exactly.
  now=$up moment=$((up * 100 + 1${parts%%.*} - 100))
}
is_loaded() { [ -d "/sys/module/$module" ]; }
# A zombie is not alive.
lives() {
  kill -0 "$1" 2>/dev/null || return 1
  state=''
  { read -r _ _ state _ <"/proc/$1/stat"; } 2>/dev/null
  [ "$state" != Z ]
}
# Whether the kernel is at work for process $1, or removes the module: nothing but time ends that.
is_busy() {
  state=''
  { read -r _ _ state _ <"/proc/$1/stat"; } 2>/dev/null
  case $state in D | R) return 0 ;; esac
  { read -r state <"/sys/module/$module/initstate"; } 2>/dev/null
  [ "$state" = going ]
}
