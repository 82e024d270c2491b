import { countCpus } from '../../transport/shell/count-cpus.ts';
import { ownShell } from '../../transport/shell/own-shell.ts';
import { processBegan } from '../../transport/shell/process-began.ts';

/**
 * Owns one script on a target, in POSIX sh (dash, bash, busybox ash):
 * `sh -s -- tapbook-supervisor NONCE PARENT RUN MODULE BYTES SHA256 RELEASE MACHINE LIMIT LEASE PATIENCE MOST_LOAD
 * STOP_LOAD STOP_MEMORY staprun [OPTION…] ./MODULE.ko [NAME=VALUE…]`.
 *
 * All times are in seconds, loads in hundredths for each CPU, memory in kB; `-` stands for no limit. A script that is to
 * stop gets INT once it is live; PATIENCE is after how long also one that is not, after twice as long it gets TERM, after
 * three times KILL.
 *
 * Standard input carries this script, in a group behind a `shift`; once the folder is told, the module, BYTES long; then a
 * line for each renewal of the lease, and `stop` to end the script now. At its end, or LEASE seconds after the last line, the controller counts as dead and the script is stopped.
 * Standard output is the script's own. Standard error is staprun's and, in lines that begin with NONCE, what the
 * supervisor has to say; `supervisor-report.ts` reads it:
 *
 *     folder PATH               where the module is put, a folder of its own
 *     unchecked WHAT            sha256 | load | memory: nothing here can tell
 *     refused WHY [DETAIL]      nothing was loaded; the words are those of `explain-refusal.ts`
 *     ready BOOT                the module lies in its folder, whole: it is loaded now, and renewals may begin
 *     loaded                    the module is live
 *     stopping WHY [NUMBER]     limit | asked | lost | lease | signal | load | memory
 *     stuck TEXT                what `staprun -d` said last of a module that stays
 *     kept TEXT                 what rm said last of a folder that stays
 *     ended CODE SECONDS MODULE DIRECTORY   always said, when all is over; none|loaded and removed|left
 *
 * Four processes look after each other: the shell itself; a guard for as long as the module is on its way; a watch that
 * decides when the script stops, and cleans up in place of a shell that was killed; and a reader of standard input.
 *
 * A lock keeps another controller from loading a module of this name at the same time: an empty folder whose name says
 * who holds it (run, boot, process and when that began) in a folder `tapbook-lock-MODULE`. It is in /run for who may write
 * there, which is root as a rule, else beside the upload. Nothing is ever written into it nor removed from it but empty
 * folders, so that whoever else may put something there gains nothing by it. `TAPBOOK_LOCKS` names another place, or
 * `none`: for a machine that plays many.
 */
export const supervisorScript: string = `set -u
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
say() { printf '%s %s\\n' "$nonce" "$*" >&4; }
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
${processBegan}
${ownShell}
${countCpus}
load_now() {
  [ -r /proc/loadavg ] && [ "$cpus" -gt 0 ] || return 1
  read -r load _ </proc/loadavg
  echo $(((\${load%.*} * 100 + 1\${load#*.} - 100) / cpus))
}
memory_now() {
  [ -r /proc/meminfo ] || return 1
  memory='' rest=0
  while read -r key value _; do
    case $key in
      MemAvailable:) memory=$value && break ;;
      # Kernels before 3.14 do not say it.
      MemFree: | Buffers: | Cached:) rest=$((rest + value)) ;;
    esac
  done </proc/meminfo
  memory=\${memory:-$rest}
  [ "$memory" -gt 0 ] && echo "$memory"
}

unload() {
  remover=''
  tell_time
  until=$((now + patience))
  while is_loaded; do
    if [ -z "$remover" ] || ! lives "$remover"; then
      staprun -d "$module" </dev/null >/dev/null 2>"$dir/stuck" 4>&- &
      remover=$!
    fi
    pause 0.2
    tell_time
    [ "$now" -lt "$until" ] || break
  done
}
release_lock() {
  [ -n "$held" ] || return 0
  rmdir "$lock/$held" "$lock" 2>/dev/null
  held=''
}
# Takes away what there is of ours and says so: the proof of cleanliness.
clean() {
  left=none kept=removed seconds=0 stuck='' why=''
  if [ -n "$started" ]; then
    unload
    if is_loaded; then
      left=loaded
      stuck=$(tail -n 1 "$dir/stuck" 2>/dev/null)
    fi
    tell_time
    seconds=$((now - started))
  fi
  if [ -n "$dir" ]; then
    cd /
    rm -rf "$dir" 2>/dev/null || why=$(rm -rf "$dir" 2>&1)
    [ ! -e "$dir" ] || kept=left
  fi
  release_lock
  # Last, since it may block where nobody reads.
  [ "$left" = none ] || say "stuck $stuck"
  [ "$kept" = removed ] || say "kept $(printf '%s\\n' "$why" | tail -n 1)"
  say "ended $code $seconds $left $kept"
}
finish() {
  trap '' HUP INT TERM USR1
  [ -z "$guard" ] || end_helper "$guard" KILL
  clean
  # Until here it would have taken over; its reader goes with it.
  [ -z "$watch" ] || end_helper "$watch" TERM
  exit 0
}
# Most end at once. The signal is repeated, since one that meets a helper's first moments may be lost. It is not waited for: a
# bash that gets a signal in the moment when a child ends may wait for it forever.
end_helper() {
  tries=0
  while kill "-$2" "$1" 2>/dev/null && lives "$1" && [ "$tries" -lt 100 ]; do
    tries=$((tries + 1))
    [ "$tries" -le 50 ] || pause 0.1
  done
}
refuse() { is_main || exit; say "refused $*"; finish; }

# Each step is one call that happens whole or not at all, and a holder is removed by its name only, never another one.
take_lock() {
  boot=''
  { read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
  place=\${TAPBOOK_LOCKS:-}
  [ "$place" != none ] || return 0
  if [ -z "$place" ]; then
    place=$parent
    # As a rule only root may write there.
    for folder in /var/run /run; do [ -d "$folder" ] && [ -w "$folder" ] && place=$folder; done
  fi
  lock=$place/tapbook-lock-$module
  began "$main"
  name=$run,$boot,$main,$began
  tries=0
  while [ "$tries" -lt 8 ]; do
    tries=$((tries + 1))
    if mkdir "$lock" 2>/dev/null; then
      mkdir "$lock/$name" 2>/dev/null || continue
      held=$name
      # Who stood still in between finds somebody else here.
      set -- "$lock"/*
      [ "$*" != "$lock/$name" ] || return 0
      release_lock
      continue
    fi
    if [ ! -e "$lock" ] && [ ! -L "$lock" ]; then
      [ -w "$place" ] || refuse "no-lock $lock"
      continue
    fi
    if [ -z "$(find "$lock" -prune -type d -user "$(id -u)" 2>/dev/null)" ]; then
      [ -e "$lock" ] || [ -L "$lock" ] || continue
      refuse "squatted $lock $(stat -c %U "$lock" 2>/dev/null)"
    fi
    found=''
    for holder in "$lock"/*; do
      [ -d "$holder" ] || continue
      found=yes holder=\${holder##*/}
      rest=\${holder#*,}
      from=\${rest%%,*} rest=\${rest#*,}
      began "\${rest%%,*}"
      if [ "$from" = "$boot" ] && [ "$began" = "\${rest#*,}" ]; then refuse "locked \${holder%%,*}"; fi
      rmdir "$lock/$holder" 2>/dev/null
    done
    # Who has just made it is about to say who it is.
    [ -n "$found" ] || pause 1
    if [ -n "$found" ] || [ "$tries" -gt 3 ]; then rmdir "$lock" 2>/dev/null; fi
  done
  refuse "no-lock $lock"
}

digest() {
  case $1 in
    sha256sum) sha256sum ;;
    busybox) busybox sha256sum ;;
    openssl) openssl dgst -sha256 ;;
    shasum) shasum -a 256 ;;
  esac
}
check_digest() {
  for tool in sha256sum busybox openssl shasum; do
    has "$tool" || continue
    # What a command says goes by the folder: a shell of its own to catch it would cost as much as the command.
    sum=''
    { digest "$tool" <"$ko" >"$dir/said" && read -r sum <"$dir/said"; } 2>/dev/null
    # The module may have taken all the room there is.
    [ "\${#sum}" -ge 64 ] || sum=$(digest "$tool" <"$ko" 2>/dev/null)
    case $sum in *"$sha256"*) return 0 ;; esac
    # A busybox may come without it.
    [ "\${#sum}" -ge 64 ] || continue
    is_whole || refuse cut-short
    refuse changed
  done
  is_whole || refuse cut-short
  say 'unchecked sha256'
}
is_whole() { [ "$(wc -c <"$ko")" -eq "$bytes" ]; }

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
[ "\${kernel%% *}" = "$release" ] || refuse "kernel \${kernel%% *}"
[ "\${kernel##* }" = "$machine" ] || refuse "machine \${kernel##* }"
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

# What it says goes out when it can: a channel that nobody reads must not keep it from stopping the script.
keep_watch() {
  asked=''
  trap 'asked=asked' USR1
  trap 'asked=\${asked:-lost}' HUP
  trap 'asked=\${asked:-signal}' ALRM
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
    if ! lives "$staprun"; then
      if [ -n "$orphan" ]; then
        clean
        exit
      fi
      # As bash may, see above.
      dead=\${dead:-$time}
      [ $((time - dead)) -lt 3 ] || kill -USR1 "$main"
    else
      state=''
      if [ -z "$live" ]; then { read -r state <"/sys/module/$module/initstate"; } 2>/dev/null; fi
      if [ "$state" = live ]; then
        live=$time
        say loaded &
      fi
      if [ -z "$why" ]; then
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
        if [ -n "$why" ]; then
          say "stopping $why" &
          since=$time next=$time
        fi
      fi
      if [ -n "$why" ]; then
        waited=$((time - since))
        # A signal in staprun's first moments is lost, or leaves the module behind: it has to be live for a while first.
        ripe=''
        [ -n "$live" ] && [ "$time" -gt "$live" ] && ripe=yes
        [ "$waited" -ge "$patience" ] && ripe=yes
        # Each step is taken after the one before it, also where this shell stood still meanwhile.
        if [ "$sent" = TERM ] && [ "$waited" -ge $((patience * 3)) ]; then
          kill -KILL "$staprun" 2>/dev/null
        elif [ -n "$sent" ] && [ "$waited" -ge $((patience * 2)) ]; then
          sent=TERM
          kill -TERM "$staprun" 2>/dev/null
        elif [ -n "$ripe" ] && [ "$time" -ge "$next" ]; then
          next=$((time + 5)) sent=INT
          kill -INT "$staprun" 2>/dev/null
        fi
      fi
    fi
    if [ -z "$live" ]; then doze 0.2; else doze 1; fi
  done
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
`;
