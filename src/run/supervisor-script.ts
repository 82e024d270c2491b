/**
 * Owns one script on a target, in POSIX sh (dash, bash, busybox ash):
 * `sh -c SCRIPT tapbook-supervisor NONCE PARENT RUN MODULE BYTES SHA256 RELEASE MACHINE LIMIT LEASE PATIENCE staprun [OPTION…] ./MODULE.ko [NAME=VALUE…]`.
 *
 * All times are in seconds. A script that is to stop gets INT once it is live; PATIENCE is after how long also one that is
 * not, after twice as long it gets TERM, after three times KILL.
 *
 * Standard input carries the module, BYTES long; then a line for each renewal of the lease, and `stop` to end the
 * script now. At its end, or LEASE seconds after the last line, the controller counts as dead and the script is stopped.
 * Standard output is the script's own. Standard error is staprun's and, in lines that begin with NONCE, what the
 * supervisor has to say:
 *
 *     ready                     the module lies in its folder, whole: renewals may begin
 *     refused STAGE WHY         nothing was loaded
 *     loaded                    the module is live
 *     stopping WHY              limit | asked | lost | lease | signal
 *     ended CODE SECONDS MODULE DIRECTORY   always the last line; none|loaded and removed|left
 */
export const supervisorScript: string = String.raw`set -u
umask 077
# Writing to a channel that is gone must not end this shell before it has cleaned up.
trap '' PIPE
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin
nonce=$1 parent=$2 run=$3 module=$4 bytes=$5 sha256=$6 release=$7 machine=$8
shift 8
limit=$1 lease=$2 patience=$3
shift 3
main=$$ dir='' staprun='' ticker='' reader='' code=-1 started=''
say() { printf '%s %s\n' "$nonce" "$*" >&2; }
# Seconds since boot: not moved by whoever sets the clock.
now() { IFS=. read -r up _ </proc/uptime; echo "$up"; }
is_loaded() { [ -d "/sys/module/$module" ]; }

# Takes away what there is of ours and says so: the proof of cleanliness.
finish() {
  trap '' HUP INT TERM
  [ -z "$reader" ] || kill -TERM "$reader" 2>/dev/null
  if [ -n "$ticker" ]; then
    kill -TERM "$ticker" 2>/dev/null
    wait "$ticker" 2>/dev/null
  fi
  [ -z "$staprun" ] || kill -INT "$staprun" 2>/dev/null
  left=none
  if [ -n "$started" ]; then
    tries=0
    while is_loaded && [ "$tries" -lt 10 ]; do
      staprun -d "$module" >/dev/null 2>&1
      is_loaded || break
      tries=$((tries + 1))
      sleep 1
    done
    is_loaded && left=loaded
  fi
  kept=removed
  if [ -n "$dir" ]; then
    cd / && rm -rf "$dir"
    [ ! -e "$dir" ] || kept=left
  fi
  seconds=0
  [ -z "$started" ] || seconds=$(($(now) - started))
  say "ended $code $seconds $left $kept"
  exit 0
}
refuse() { say "refused $*"; finish; }

dir=$(mktemp -d "$parent/tapbook-$run-XXXXXX" 2>/dev/null) || refuse "upload cannot make a folder in $parent"
trap finish HUP INT TERM
ko=$dir/$module.ko
head -c "$bytes" >"$ko" 2>/dev/null || refuse "upload cannot write to $parent: is it full?"
[ "$(wc -c <"$ko")" -eq "$bytes" ] || refuse 'upload the module did not arrive whole'
if command -v sha256sum >/dev/null 2>&1; then
  sum=$(sha256sum <"$ko")
elif command -v openssl >/dev/null 2>&1; then
  sum=$(openssl dgst -sha256 -r <"$ko")
else
  sum=$sha256
  say 'unchecked sha256: neither sha256sum nor openssl is here'
fi
case $sum in
  "$sha256"*) ;;
  *) refuse 'upload the module was changed on its way (sha256 differs)' ;;
esac
[ "$(uname -r)" = "$release" ] || refuse "load the kernel is $(uname -r) now, the module is for $release"
[ "$(uname -m)" = "$machine" ] || refuse "load the machine is $(uname -m), the module is for $machine"
is_loaded && refuse "load a module named $module is loaded already"
command -v staprun >/dev/null 2>&1 || refuse 'load staprun is not there any more'
say ready

started=$(now)
cd "$dir" || refuse 'load the folder is gone'
"$@" </dev/null &
staprun=$!

# Stops the script at its limit, on request, or when nobody renews the lease; and harder where that does not help.
(
  trap 'asked=1' USR1
  trap 'asked=2' HUP
  trap 'renewed=$(now)' USR2
  trap '[ -z "$nap" ] || kill "$nap" 2>/dev/null; exit' TERM
  renewed=$(now) live='' asked='' why='' since=0 next=0 nap=''
  while kill -0 "$staprun" 2>/dev/null; do
    time=$(now)
    if [ -z "$live" ] && [ "$(cat "/sys/module/$module/initstate" 2>/dev/null)" = live ]; then
      live=$time
      say loaded
    fi
    if [ -z "$why" ]; then
      if [ "$asked" = 1 ]; then
        why=asked
      elif [ "$asked" = 2 ]; then
        why=lost
      elif [ -n "$live" ] && [ $((time - live)) -ge "$limit" ]; then
        why=limit
      elif [ $((time - renewed)) -ge "$lease" ]; then
        why=lease
      elif ! kill -0 "$main" 2>/dev/null; then
        why=signal
      fi
      if [ -n "$why" ]; then
        say "stopping $why"
        since=$time next=$time
      fi
    fi
    if [ -n "$why" ]; then
      waited=$((time - since))
      # A signal in staprun's first moments is lost, or leaves the module behind: it has to be live for a while first.
      ready=''
      [ -n "$live" ] && [ "$time" -gt "$live" ] && ready=yes
      [ "$waited" -ge "$patience" ] && ready=yes
      if [ "$waited" -ge $((patience * 3)) ]; then
        kill -KILL "$staprun" 2>/dev/null
      elif [ "$waited" -ge $((patience * 2)) ]; then
        kill -TERM "$staprun" 2>/dev/null
      elif [ -n "$ready" ] && [ "$time" -ge "$next" ]; then
        next=$((time + 5))
        kill -INT "$staprun" 2>/dev/null
      fi
    fi
    if [ -z "$live" ]; then sleep 0.2 >/dev/null 2>&1 || sleep 1; else
      sleep 1 >/dev/null 2>&1 &
      nap=$!
      wait "$nap" || kill "$nap" 2>/dev/null
      nap=''
    fi
  done
) </dev/null >/dev/null &
ticker=$!

# Standard input is the lifeline. A background list would get /dev/null for it.
exec 3<&0
(
  while read -r word <&3; do
    case $word in
      stop) kill -USR1 "$ticker" ;;
      *) kill -USR2 "$ticker" ;;
    esac
  done
  kill -HUP "$ticker"
) >/dev/null 2>&1 &
reader=$!
exec 3<&-

trap 'kill -USR1 "$ticker"' HUP INT TERM
wait "$staprun"
code=$?
# A trap ends the wait early: only when staprun is gone is this its exit code.
while kill -0 "$staprun" 2>/dev/null; do
  wait "$staprun"
  code=$?
done
staprun=''
finish
`;
