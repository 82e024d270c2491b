# shellcheck shell=sh source-path=SCRIPTDIR
# Removes on a target, in POSIX sh, the locks of ended supervisors: `sh -c SCRIPT tapbook-lock-sweep NONCE MODE [RUN]`, with
# RUN only those of that run. MODE is `remove` or `only-look`. Prints, in lines that begin with NONCE, `gone PATH` for each
# lock that was removed (with `only-look`: found), and `stays PATH` for each that could not be.
#
# ../supervisor/take-lock.sh makes the locks: a folder `tapbook-lock-MODULE` with an empty folder in it, named
# `RUN,BOOT,PID,BEGAN`. Only folders of the current user are considered, no link is followed, and only empty folders are
# removed, each by its own name, so that a run that takes the lock at the same time keeps it.

nonce=$1 mode=$2 run=$3
boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
me=$(id -u)
. ../../transport/shell/process-began.sh
say() { printf '%s %s\n' "$nonce" "$*"; }
seen=' '
# One process, however many folders others have made there.
locks=$(find /run/. /var/run/. /tmp/. /var/tmp/. ! -name . -prune -name 'tapbook-lock-?*' ! -name '*[!A-Za-z0-9_-]*' -type d -user "$me" -print 2>/dev/null | sort)
for lock in $locks; do
  lock=${lock%/./*}/${lock##*/}
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
    # Where the boot id is unknown, no holder is known to have ended.
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
