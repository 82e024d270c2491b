# shellcheck shell=sh
# Starts the caretaker of this supervisor (caretaker.sh, whose text stands in $caretaker), which takes away what is left if all
# of the supervisor's own processes are killed at once.
#
# With systemd it is a service of its own, which systemd starts again if it is killed too; else a process with a session of its
# own, whose arguments say nothing of tapbook. All that it has to know is in its environment. A file in the folder,
# `caretaker,PID,BEGAN`, says that it is there; `watch,PID,BEGAN` and `started` are for it. They are empty, so that a full disk
# takes them, too.

hire_caretaker() {
  began "$main"
  # Who cannot be told from others cannot be looked after.
  if [ -z "$began" ] || [ -z "$caretaker" ]; then return 0; fi
  # shellcheck disable=SC2034 # Handed on by their names.
  main_began=$began own_session=$session
  (
    facts='nonce dir module main main_began own_session lock holder arming limit ending lease patience'
    if takes_services && printf '%s\n' "$caretaker" >"$dir/caretaker"; then
      set --
      for fact in $facts; do eval "set -- \"\$@\" \"--setenv=tapbook_\$fact=\$$fact\""; done
      tries=20
      systemd-run --quiet --collect --unit="tapbook-caretaker-$run-$main" \
        --description="Takes away $module if its supervisor is killed (tapbook run $run)" \
        -p Restart=on-abnormal -p RestartSec=1 -p StartLimitIntervalSec=0 -p TimeoutStopSec=20 \
        "$@" --setenv="PATH=$PATH" --setenv=tapbook_housed=yes /bin/sh "$dir/caretaker" && tries=0
      # One that is too old refuses at once.
      while [ "$tries" -lt 20 ]; do
        tries=$((tries + 1))
        for file in "$dir"/caretaker,*; do [ ! -e "$file" ] || exit; done
        [ -d "$dir" ] || exit
        pause 0.2
      done
    fi
    for fact in $facts; do eval "export tapbook_$fact=\"\$$fact\""; done
    if has setsid; then set -- setsid; else set --; fi
    # In the background of a shell that ends, so that it has no parent of ours.
    printf '%s\n' "$caretaker" | "$@" /bin/sh -s &
  ) </dev/null >/dev/null 2>&1 3<&- 4>&- &
}
# Root's, where systemd sees the same files as we do.
takes_services() {
  [ -d /run/systemd/system ] && has systemd-run && [ "$(id -u)" = 0 ] &&
    [ "$(readlink /proc/self/ns/mnt)" = "$(readlink /proc/1/ns/mnt)" ]
}
# Before the folder goes.
find_caretaker() {
  care=''
  [ -n "$dir" ] || return 0
  for file in "$dir"/caretaker,*; do [ ! -e "$file" ] || care=${file##*/caretaker,}; done
}
# It looks at once, and ends if nothing is left: that is waited for, so that no process of ours is there when the run is over.
dismiss_caretaker() {
  [ -n "$care" ] || return 0
  tries=0
  while [ "$tries" -lt 10 ]; do
    began "${care%,*}"
    [ "$began" = "${care#*,}" ] || return 0
    kill -USR1 "${care%,*}" 2>/dev/null
    if [ "$left$kept" != noneremoved ]; then return 0; fi
    tries=$((tries + 1))
    pause 0.1
  done
}
