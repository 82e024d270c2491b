# shellcheck shell=sh source-path=SCRIPTDIR
# The owners of build folders: each folder has in its `.owner` a process, its start time and the boot. Process numbers are
# unique only within one boot of one machine, and there within one container.

. ../../transport/shell/process-began.sh
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null):$(readlink /proc/self/ns/pid 2>/dev/null)
# Claims the current folder for this shell.
write_owner() {
  began "$$"
  printf '%s %s %s\n' "$$" "$began" "$boot" >.owner
}
# Removes the folders in $parent whose owner has ended: only our own, and no links. One process finds them, however many folders
# others have made there.
remove_lost_builds() {
  find "$parent/." ! -name . -prune -name 'tapbook-build-*' ! -name '*[!A-Za-z0-9_-]*' -type d -user "$(id -u)" -print 2>/dev/null |
    while IFS= read -r old; do
      if is_lost "$old"; then rm -rf "$old"; fi
    done
}
is_lost() {
  pid='' since='' on=''
  { read -r pid since on <"$1/.owner"; } 2>/dev/null
  case $pid in '' | *[!0-9]*) on='' ;; esac
  if [ "$on" = "$boot" ]; then
    began "$pid"
    [ "$began" != "$since" ]
  else
    # No owner yet, or one on another machine or container that shares $parent: no build takes longer than this.
    [ -n "$(find "$1" -prune -mmin +1500 2>/dev/null)" ]
  fi
}
