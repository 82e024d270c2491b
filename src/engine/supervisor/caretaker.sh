# shellcheck shell=sh source-path=SCRIPTDIR
# Looks after a supervisor from outside: a session, a service or control group, and arguments of its own, so that what kills all
# of the supervisor's processes at once (the kernel for want of memory, `pkill -u`, systemd for a session) does not meet it.
# POSIX sh, started by hire-caretaker.sh with all that it has to know in its environment.
#
# It only waits while the main shell or the watch lives: those end the script in order. When both are gone it stops what is left
# of the script, unloads the module, and removes the folder and the lock, each of this supervisor only. A supervisor that stands
# still for longer than its lease, or is there after all of its limits, is killed first. It ends when nothing is left, or after
# ENDING in which it could not be removed.
#
# shellcheck disable=SC2154

{
  set -u
  umask 077
  # It ends when all is done, also while the host goes down.
  trap '' HUP INT TERM PIPE
  PATH=${PATH:-/usr/bin}:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin
  LC_ALL=C
  export PATH LC_ALL
  nonce=$tapbook_nonce dir=$tapbook_dir module=$tapbook_module lock=$tapbook_lock holder=$tapbook_holder
  main=$tapbook_main main_began=$tapbook_main_began own_session=$tapbook_own_session
  ending=$tapbook_ending patience=$tapbook_patience lease=$tapbook_lease
  most=$((tapbook_arming + tapbook_limit + tapbook_lease + 2 * ending + 4 * patience + 60))
  exec </dev/null >/dev/null 2>&1
  . ../../transport/shell/process-began.sh
  . ./process-state.sh
  . ./take-away.sh

  # Root may leave the control group of its session, and be spared when memory runs out.
  leave_group() {
    if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
      echo 0 >/sys/fs/cgroup/cgroup.procs
    else
      for group in /sys/fs/cgroup/*/cgroup.procs; do [ ! -w "$group" ] || echo 0 >"$group"; done
    fi
  }
  settle() {
    # The name by which killall and pkill know it; not that of a shell.
    printf caretaker >/proc/self/comm
    echo -1000 >/proc/self/oom_score_adj
    [ -n "${tapbook_housed-}" ] || leave_group
    read -r self _ </proc/self/stat
    began "$self"
    # It is not there if systemd sees another host than we do.
    [ -d "$dir" ] || exit 0
    for file in "$dir"/caretaker,*; do [ ! -e "$file" ] || rm -f "$file"; done
    true >"$dir/caretaker,$self,$began"
  }
  # Puts into $standing the watch, or else the main shell, if it is there. In $watched: whether a watch has begun.
  find_supervisor() {
    standing='' watching=''
    for file in "$dir"/watch,*; do
      name=${file##*/watch,}
      [ -e "$file" ] || continue
      watched=yes
      began "${name%,*}"
      [ "$began" != "${name#*,}" ] || watching=${name%,*}
    done
    began "$main"
    if [ "$began" = "$main_began" ]; then
      standing=$main
      # Alone, it stops the script upon this, unless it ends already.
      if [ -n "$watched" ] && [ -z "$watching" ]; then kill -TERM "$main"; fi
    fi
    [ -z "$watching" ] || standing=$watching
  }
  # A watch waits for a `sleep` each second, which the kernel counts for it. During the upload there is none.
  see_whether_moves() {
    [ -n "$watched" ] || return 0
    [ -n "$end" ] || end=$((now + most))
    before=${seen-} seen=''
    { read -r seen <"/proc/$standing/stat"; } 2>/dev/null
    if [ "$seen" = "$before" ]; then still=$((still + 2)); else still=0; fi
  }
  is_over() { [ "$still" -ge $((lease + 60)) ] || [ "$now" -ge "${end:-$((begun + 86400))}" ]; }
  # A signal ends the wait early.
  doze() {
    sleep 2 &
    nap=$!
    # It ignores what this shell ignores.
    wait "$nap" || kill -KILL "$nap"
  }
  is_tidy() { ! is_there "$dir" && { [ -z "$lock" ] || ! is_there "$lock/$holder"; }; }
  take_away() {
    # A reader, or a guard, may be left; and what stood still must not go on now.
    find_processes "*$nonce*" ''
    # shellcheck disable=SC2086
    [ -z "$found" ] || kill -KILL $found
    [ ! -e "$dir/started" ] || { end_rest && unload; }
    if [ -e "$dir/started" ] && is_loaded; then
      # Another run may hold the lock only to see that the module is there, and refuse.
      if another_holds; then others=$((others + 1)); else others=0; fi
      # It shows whose module it is.
      [ "$others" -ge 3 ] || return
    fi
    remove_folder
    held=$holder
    release_lock
  }

  trap : USR1
  settle
  tell_time
  begun=$now still=0 watched='' end=''
  while :; do
    ! is_tidy || exit 0
    find_supervisor
    [ -n "$standing" ] || break
    tell_time
    see_whether_moves
    ! is_over || break
    doze
  done
  tell_time
  end=$((now + ending)) others=0
  while :; do
    take_away
    tell_time
    if is_tidy || [ "$now" -ge "$end" ]; then exit 0; fi
    doze
  done
}
