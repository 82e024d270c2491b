# shellcheck shell=sh source-path=SCRIPTDIR
# Whose folders of builds are: each says in its `.owner` which process, begun when, in which boot. Numbers of processes mean
# something in one boot of one machine, and there in one container.

. ../../transport/shell/process-began.sh
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null):$(readlink /proc/self/ns/pid 2>/dev/null)
# This shell's, in the folder where it is.
write_owner() {
  began "$$"
  printf '%s %s %s\n' "$$" "$began" "$boot" >.owner
}
# Of $parent, those whose owner is gone.
remove_lost_builds() {
  me=$(id -u)
  for old in "$parent"/tapbook-build-*; do
    [ -d "$old" ] || continue
    # Not a link, and ours.
    [ -n "$(find "$old" -prune -type d -user "$me" 2>/dev/null)" ] || continue
    pid='' since='' on=''
    { read -r pid since on <"$old/.owner"; } 2>/dev/null
    case $pid in '' | *[!0-9]*) on='' ;; esac
    if [ "$on" = "$boot" ]; then
      began "$pid"
      [ "$began" != "$since" ] || continue
    else
      # Without an owner yet, or of another machine or container that shares the folder: no build takes longer than this.
      [ -n "$(find "$old" -prune -mmin +1500 2>/dev/null)" ] || continue
    fi
    rm -rf "$old"
  done
}
