# shellcheck shell=sh source-path=SCRIPTDIR
# A lock keeps another controller from loading a module of this name at the same time: an empty folder whose name says who
# holds it (run, boot, process and when that began) in a folder `tapbook-lock-MODULE`. It is in /run for who may write there,
# which is root as a rule, else beside the upload. Nothing is ever written into it nor removed from it but empty folders, so
# that whoever else may put something there gains nothing by it. TAPBOOK_LOCKS names another place, or `none`: for a machine
# that plays many.

. ../../transport/shell/process-began.sh
release_lock() {
  [ -n "$held" ] || return 0
  rmdir "$lock/$held" "$lock" 2>/dev/null
  held=''
}
# Each step is one call that happens whole or not at all, and a holder is removed by its name only, never another one.
take_lock() {
  boot=''
  { read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
  place=${TAPBOOK_LOCKS:-}
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
    remove_lost_holders
    # Who has just made it is about to say who it is.
    [ -n "$found" ] || pause 1
    if [ -n "$found" ] || [ "$tries" -gt 3 ]; then rmdir "$lock" 2>/dev/null; fi
  done
  refuse "no-lock $lock"
}
# Says in $found whether there is any; refuses if one still runs.
remove_lost_holders() {
  found=''
  for holder in "$lock"/*; do
    [ -d "$holder" ] || continue
    found=yes holder=${holder##*/}
    rest=${holder#*,}
    from=${rest%%,*} rest=${rest#*,}
    began "${rest%%,*}"
    if [ "$from" = "$boot" ] && [ "$began" = "${rest#*,}" ]; then refuse "locked ${holder%%,*}"; fi
    rmdir "$lock/$holder" 2>/dev/null
  done
}
