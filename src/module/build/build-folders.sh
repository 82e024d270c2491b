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
# Removes the folders in $parent whose owner has ended.
remove_lost_builds() {
  me=$(id -u)
  for old in "$parent"/tapbook-build-*; do
    [ -d "$old" ] || continue
    # Only our own, and no links.
    [ -n "$(find "$old" -prune -type d -user "$me" 2>/dev/null)" ] || continue
    pid='' since='' on=''
    { read -r pid since on <"$old/.owner"; } 2>/dev/null
    case $pid in '' | *[!0-9]*) on='' ;; esac
    if [ "$on" = "$boot" ]; then
      began "$pid"
      [ "$began" != "$since" ] || continue
    else
      # No owner yet, or one on another machine or container that shares $parent: no build takes longer than this.
      [ -n "$(find "$old" -prune -mmin +1500 2>/dev/null)" ] || continue
    fi
    rm -rf "$old"
  done
}
