# shellcheck shell=sh source-path=SCRIPTDIR
# Removes on a target, in POSIX sh, the locks of supervisors that are gone: `sh -c SCRIPT tapbook-lock-sweep NONCE MODE [RUN]`,
# with RUN only those of that run. MODE is `remove`, or `only-look`. Says, in lines that begin with NONCE, what it has removed
# or found (`gone PATH`), and what it could not remove (`stays PATH`).
#
# A lock is as the supervisor makes it (../supervisor/take-lock.sh): a folder `tapbook-lock-MODULE` with an empty folder in it,
# `RUN,BOOT,PID,BEGAN`. Only folders of the user who runs this are looked at, no link is followed, and nothing but empty
# folders can go, each by its own name: whoever takes the lock at the same time keeps it.

nonce=$1 mode=$2 run=$3
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
me=$(id -u)
. ../../transport/shell/process-began.sh
say() { printf '%s %s\n' "$nonce" "$*"; }
seen=' '
for lock in /run/tapbook-lock-* /var/run/tapbook-lock-* /tmp/tapbook-lock-* /var/tmp/tapbook-lock-*; do
  case ${lock##*/tapbook-lock-} in '' | *[!A-Za-z0-9_]*) continue ;; esac
  [ -n "$(find "$lock" -prune -type d -user "$me" 2>/dev/null)" ] || continue
  # /var/run is /run on most hosts.
  inode=$(stat -c %d:%i "$lock" 2>/dev/null)
  case $seen in *" $inode "*) continue ;; esac
  seen="$seen$inode "
  for holder in "$lock"/*; do
    if [ ! -d "$holder" ] || [ -L "$holder" ]; then continue; fi
    name=${holder##*/}
    case $name in *[!A-Za-z0-9,-]*) continue ;; esac
    whose=${name%%,*} rest=${name#*,}
    from=${rest%%,*} rest=${rest#*,}
    pid=${rest%%,*} since=${rest#*,}
    case $pid in '' | *[!0-9]*) continue ;; esac
    [ -z "$run" ] || [ "$whose" = "$run" ] || continue
    # Where this boot cannot be told, nothing is known to be gone.
    [ -n "$boot" ] || continue
    began "$pid"
    if [ "$from" = "$boot" ] && [ "$began" = "$since" ]; then continue; fi
    if [ "$mode" = remove ]; then
      rmdir "$holder" "$lock" 2>/dev/null
      [ ! -e "$holder" ] || { say "stays $lock"; continue; }
    fi
    say "gone $lock"
  done
done
