# shellcheck shell=sh source-path=SCRIPTDIR
# Owns one script on a target, in POSIX sh (dash, bash, busybox ash):
# `sh -s -- tapbook-supervisor NONCE PARENT RUN MODULE BYTES SHA256 RELEASE MACHINE ARMING LIMIT ENDING LEASE PATIENCE
# MOST_LOAD STOP_LOAD STOP_MEMORY TARGET_BY TARGET WHICH staprun [OPTION...] ./MODULE.ko [NAME=VALUE...]`.
#
# Times are in seconds, loads in hundredths for each CPU, memory in kB; `-` stands for no limit. TARGET_BY is `-` or how
# the process for `staprun -x` is found (find-target.sh): pid | name | pidfile | service; WHICH of several: oldest | newest |
# `-`. A script has ARMING until its probes are registered, and LIMIT from then on. To stop it, staprun gets INT once the
# module is live, or after PATIENCE even if it is not; TERM after twice PATIENCE, KILL after three times. Time in which the
# kernel registers or removes probes does not count for that, up to ENDING: a KILL would leave the module behind, and lose
# what `end` prints.
#
# Standard input carries this script, in a group after a `shift`; once the folder is named, the module, BYTES long; then a line
# for each renewal of the lease, `armed` when staprun has said so, and `stop` to end the script now. At the end of the input,
# or LEASE seconds after its last line, the controller counts as dead and the script is stopped. Standard output is the
# script's own. Standard error is staprun's, and has the supervisor's reports in lines that begin with NONCE;
# supervisor-report.ts reads them:
#
#     folder PATH               where the module is put, a folder of its own
#     unchecked WHAT            sha256 | load | memory: this host has no tool to check it; init: even root may not see what
#                               the first process runs
#     refused WHY [DETAIL]      nothing was loaded; the words are those of explain-refusal.ts
#     target PID NAME           the process that target() is to name
#     ready BOOT                the module lies in its folder, whole: it is loaded now, and renewals may begin
#     loaded                    the module is live
#     target-gone SECONDS       that process has ended, so many seconds after the load began
#     stopping WHY [NUMBER]     limit | asked | lost | lease | signal | load | memory | unarmed
#     traced HUNDREDTHS         the time between `armed` and `stopping`, in hundredths of a second
#     harder SIGNAL             TERM | KILL: staprun has not ended upon INT
#     stuck TEXT                the last line of `staprun -d`, if the module cannot be unloaded
#     kept TEXT                 the last line of rm, if the folder cannot be removed
#     ended CODE SECONDS MODULE DIRECTORY   always the last line; MODULE is none|loaded, DIRECTORY removed|left
#
# Four processes watch each other: the main shell; a guard while the module is uploaded; a watch that decides when the script
# stops, and cleans up if the main shell was killed; and a reader of standard input. A caretaker looks on from outside. Who
# sends this script puts the text of caretaker.sh into $caretaker before, and into $binaries what check-binaries.sh compares.

set -u
umask 077
# Writing to a closed channel must not end this shell before it has cleaned up.
trap '' PIPE
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin
# tapbook reads staprun's messages.
LC_ALL=C
export PATH LC_ALL
nonce=$1 parent=$2 run=$3 module=$4 bytes=$5 sha256=$6 release=$7 machine=$8
shift 8
arming=$1 limit=$2 ending=$3 lease=$4 patience=$5 most_load=$6 stop_load=$7 stop_memory=$8
shift 8
target_by=$1 target_value=$2 target_which=$3
shift 3
main=$$ dir='' held='' staprun='' head='' guard='' watch='' code=-1 started='' asked='' gone='' target=''
lock='' holder='' care='' own_session=''
exec 4>&2
say() { printf '%s %s\n' "$nonce" "$*" >&4; }
# For a helper: whether the main shell has been killed.
is_orphan() { read -r _ _ _ boss _ </proc/self/stat; [ "$boss" != "$main" ]; }
. ../../transport/shell/own-shell.sh
. ./process-state.sh
. ./measure-host.sh
. ./find-target.sh
. ./take-lock.sh
. ./hire-caretaker.sh
. ./check-digest.sh
. ./clean-up.sh
. ./keep-watch.sh

trap 'refuse signal' HUP INT TERM
trap 'refuse "stalled $lease"' USR1
dir=$parent/tapbook-$run-$$
mkdir "$dir" 2>/dev/null || { dir='' && refuse "no-folder $parent"; }
say "folder $dir"
name_lock
hire_caretaker
ko=$dir/$module.ko
# In the background, so that signals are handled at once. A background command would get /dev/null as standard input: hence
# descriptor 3.
exec 3<&0
head -c "$bytes" <&3 >"$ko" 2>/dev/null 4>&- &
head=$!
# The guard: gives up an upload that stands still, and removes what has arrived if the main shell is killed.
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
    # Most uploads end within a second; asking for the size takes two processes.
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
if [ "$target_by" != - ]; then
  find_target
  shift
  set -- staprun -x "$target" "$@"
fi
# The last of all checks: what it finds should hold when the breakpoints are planted.
[ -z "$binaries" ] || check_binaries
cd "$dir" || refuse "no-folder $parent"
trap : USR1
trap 'asked=yes' HUP INT TERM
say "ready $boot"

tell_time
started=$now
true >started
"$@" </dev/null 3<&- 4>&- &
staprun=$!
# A shell's own message about a killed command could block as well.
exec 2>/dev/null

end_helper "$guard" KILL
guard=''
# Only the watch sends it from here on; the guard used the same signal for an upload that stands still.
trap 'gone=yes' USR1
# Inherited: the watch ignores this signal until it has its own trap.
trap '' ALRM
(keep_watch) </dev/null >/dev/null &
watch=$!
exec 3<&-

# Stops the script without the watch, which was killed.
stop_alone() {
  say 'stopping signal'
  tell_time
  until=$((now + ending))
  for signal in INT TERM KILL; do
    [ "$signal" = INT ] || say "harder $signal"
    kill "-$signal" "$staprun" 2>/dev/null
    idle=0
    while lives "$staprun" && [ "$idle" -lt "$patience" ]; do
      tell_time
      { is_busy "$staprun" && [ "$now" -lt "$until" ]; } || idle=$((idle + 1))
      pause 1
    done
    lives "$staprun" || break
  done
}
while :; do
  # The signal may come from anyone: check.
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
