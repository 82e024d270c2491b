# shellcheck shell=sh source-path=SCRIPTDIR
# A lock keeps another controller from loading a module of this name at the same time. It is a folder `tapbook-lock-MODULE`
# with an empty folder in it whose name is its holder: run, boot, process and start time. It lies in /run if we may write
# there, which mostly only root may, else beside the upload. Only empty folders are made and removed, so that nobody gains
# by putting something else there. TAPBOOK_LOCKS names another place, or `none`, for a machine that plays several hosts.

. ../../transport/shell/process-began.sh
# Puts the lock of this supervisor into $lock, and into $holder the name of the one that holds it; both are empty for `none`.
name_lock() {
  boot='' lock='' holder=''
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
  holder=$run,$boot,$main,$began
}
# Each step is one atomic call, and a holder is removed only by its own name.
take_lock() {
  [ -n "$lock" ] || return 0
  tries=0
  while [ "$tries" -lt 8 ]; do
    tries=$((tries + 1))
    if mkdir "$lock" 2>/dev/null; then
      mkdir "$lock/$holder" 2>/dev/null || continue
      held=$holder
      # If this shell was suspended in between, another holder may be here too.
      set -- "$lock"/*
      [ "$*" != "$lock/$holder" ] || return 0
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
    # Another run may have just made the lock, and is about to add its name.
    [ -n "$found" ] || pause 1
    if [ -n "$found" ] || [ "$tries" -gt 3 ]; then rmdir "$lock" 2>/dev/null; fi
  done
  refuse "no-lock $lock"
}
# Sets $found if there is any holder; refuses if one still runs.
remove_lost_holders() {
  found=''
  for other in "$lock"/*; do
    [ -d "$other" ] || continue
    found=yes other=${other##*/}
    rest=${other#*,}
    from=${rest%%,*} rest=${rest#*,}
    began "${rest%%,*}"
    if [ "$from" = "$boot" ] && [ "$began" = "${rest#*,}" ]; then refuse "locked ${other%%,*}"; fi
    rmdir "$lock/$other" 2>/dev/null
  done
}
