# shellcheck shell=sh source-path=SCRIPTDIR
# Owns one script on a target, in POSIX sh (dash, bash, busybox ash):
# `sh -s -- tapbook-supervisor NONCE PARENT RUN MODULE BYTES SHA256 RELEASE MACHINE LIMIT LEASE PATIENCE MOST_LOAD STOP_LOAD
# STOP_MEMORY staprun [OPTION...] ./MODULE.ko [NAME=VALUE...]`.
#
# All times are in seconds, loads in hundredths for each CPU, memory in kB; `-` stands for no limit. A script that is to stop
# gets INT once it is live; PATIENCE is after how long also one that is not, after twice as long it gets TERM, after three times
# KILL.
#
# Standard input carries this script, in a group behind a `shift`; once the folder is told, the module, BYTES long; then a line
# for each renewal of the lease, and `stop` to end the script now. At its end, or LEASE seconds after the last line, the
# controller counts as dead and the script is stopped. Standard output is the script's own. Standard error is staprun's and, in
# lines that begin with NONCE, what the supervisor has to say; supervisor-report.ts reads it:
#
#     folder PATH               where the module is put, a folder of its own
#     unchecked WHAT            sha256 | load | memory: nothing here can tell
#     refused WHY [DETAIL]      nothing was loaded; the words are those of explain-refusal.ts
#     ready BOOT                the module lies in its folder, whole: it is loaded now, and renewals may begin
#     loaded                    the module is live
#     stopping WHY [NUMBER]     limit | asked | lost | lease | signal | load | memory
#     stuck TEXT                what `staprun -d` said last of a module that stays
#     kept TEXT                 what rm said last of a folder that stays
#     ended CODE SECONDS MODULE DIRECTORY   always said, when all is over; none|loaded and removed|left
#
# Four processes look after each other: the shell itself; a guard for as long as the module is on its way; a watch that decides
# when the script stops, and cleans up in place of a shell that was killed; and a reader of standard input.

set -u
umask 077
# Writing to a channel that is gone must not end this shell before it has cleaned up.
trap '' PIPE
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin
# What staprun complains of is read by a program.
LC_ALL=C
export PATH LC_ALL
nonce=$1 parent=$2 run=$3 module=$4 bytes=$5 sha256=$6 release=$7 machine=$8
shift 8
limit=$1 lease=$2 patience=$3 most_load=$4 stop_load=$5 stop_memory=$6
shift 6
main=$$ dir='' lock='' held='' staprun='' head='' guard='' watch='' code=-1 started='' asked='' gone=''
exec 4>&2
say() { printf '%s %s\n' "$nonce" "$*" >&4; }
# Nothing that only waits may keep the channel open.
pause() { sleep "$1" >/dev/null 2>&1 4>&- || sleep 1 >/dev/null 2>&1 4>&-; }
has() { command -v "$1" >/dev/null 2>&1; }
# Seconds since boot, in $now: not moved by whoever sets the clock. No process: it is asked several times a second.
now=0
tell_time() { IFS=. read -r up _ </proc/uptime && now=$up; }
is_loaded() { [ -d "/sys/module/$module" ]; }
# One that has ended and that nobody has waited for is not alive.
lives() {
  kill -0 "$1" 2>/dev/null || return 1
  state=''
  { read -r _ _ state _ <"/proc/$1/stat"; } 2>/dev/null
  [ "$state" != Z ]
}
# For a helper: whether the shell that it belongs to has been killed.
is_orphan() { read -r _ _ _ boss _ </proc/self/stat; [ "$boss" != "$main" ]; }
. ../../transport/shell/own-shell.sh
. ./measure-host.sh
. ./take-lock.sh
. ./check-digest.sh
. ./clean-up.sh
. ./keep-watch.sh

trap 'refuse signal' HUP INT TERM
trap 'refuse "stalled $lease"' USR1
dir=$parent/tapbook-$run-$$
mkdir "$dir" 2>/dev/null || { dir='' && refuse "no-folder $parent"; }
say "folder $dir"
ko=$dir/$module.ko
# In the background, where a signal is heard at once; a background command would get /dev/null for standard input.
exec 3<&0
head -c "$bytes" <&3 >"$ko" 2>/dev/null 4>&- &
head=$!
# Nobody waits for an upload that stands still, and what has come of it does not outlive this shell.
(
  size=0 idle=0 span=1 rest=5
  [ "$lease" -ge 10 ] || rest=1
  while [ "$idle" -lt "$lease" ]; do
    pause "$span"
    if is_orphan; then
      kill -TERM "$head" 2>/dev/null
      clean
      exit
    fi
    idle=$((idle + span))
    # As a rule it has come within a second; to ask takes two processes.
    if [ "$span" != "$rest" ]; then
      span=$rest
      continue
    fi
    before=$size size=$(wc -c <"$ko" 2>/dev/null)
    [ "$size" = "$before" ] || idle=0
  done
  kill -USR1 "$main"
) </dev/null >/dev/null 3<&- &
guard=$!
wait "$head" || refuse "no-room $parent"
check_digest
kernel=''
{ uname -rm >"$dir/said" && read -r kernel <"$dir/said"; } 2>/dev/null
[ -n "$kernel" ] || kernel=$(uname -rm)
[ "${kernel%% *}" = "$release" ] || refuse "kernel ${kernel%% *}"
[ "${kernel##* }" = "$machine" ] || refuse "machine ${kernel##* }"
has staprun || refuse no-staprun
take_lock
is_loaded && refuse loaded
cpus=0
[ "$most_load$stop_load" = -- ] || count_cpus
if [ "$most_load" != - ]; then
  load=$(load_now) || { say 'unchecked load' && load=0; }
  [ "$load" -le "$most_load" ] || refuse "busy $load"
fi
if [ "$stop_memory" != - ]; then
  memory=$(memory_now) || { say 'unchecked memory' && memory=$((stop_memory + 1)); }
  [ "$memory" -gt "$stop_memory" ] || refuse "tight $memory"
fi
cd "$dir" || refuse "no-folder $parent"
trap : USR1
trap 'asked=yes' HUP INT TERM
say "ready $boot"

tell_time
started=$now
"$@" </dev/null 3<&- 4>&- &
staprun=$!
# What a shell says of a command that a signal ended could block as well.
exec 2>/dev/null

end_helper "$guard" KILL
guard=''
# From the watch only: the guard says with the same signal that an upload stands still.
trap 'gone=yes' USR1
# Until it has a trap for it, the watch ignores what tells it to stop; staprun does not.
trap '' ALRM
(keep_watch) </dev/null >/dev/null &
watch=$!
exec 3<&-

# For when the watch was killed.
stop_alone() {
  say 'stopping signal'
  for signal in INT TERM KILL; do
    kill "-$signal" "$staprun" 2>/dev/null
    tries=0
    while lives "$staprun" && [ "$tries" -lt "$patience" ]; do
      pause 1
      tries=$((tries + 1))
    done
  done
}
while :; do
  # Whoever says so, it is looked at.
  if [ -n "$gone" ]; then
    lives "$staprun" || break
    gone=''
  fi
  # A trap ends the wait early.
  if [ -z "$asked" ]; then wait "$staprun"; else
    kill -ALRM "$watch" 2>/dev/null
    pause 0.2
  fi
  code=$?
  lives "$staprun" || break
  lives "$watch" || stop_alone
done
if [ -z "$gone" ]; then
  wait "$staprun" 2>/dev/null
  again=$?
  [ "$again" -eq 127 ] || code=$again
fi
staprun=''
finish
