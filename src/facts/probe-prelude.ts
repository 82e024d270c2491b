/**
 * How every question begins, in POSIX sh: the nonce in `$1`, and helpers. It opens a group that the question has to close
 * with `} 2>/dev/null`; a shell reads a group whole before it runs it, so that no command can eat the rest of a script that
 * comes on standard input.
 */
export const probeHelpers: string = String.raw`nonce=$1
shift
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin
LC_ALL=C
export PATH LC_ALL
newline='
'
# One line for each value, whatever a command has printed.
put() {
  case $2 in
    *"$newline"*) printf '%s=%s\n' "$1" "$(printf '%s' "$2" | head -n 1)" ;;
    *) printf '%s=%s\n' "$1" "$2" ;;
  esac
}
has() { command -v "$1" >/dev/null 2>&1; }
patience=5
# Runs a command that could hang (a directory service, a package manager's lock, a dead mount), prints what it says on
# either output, and ends it after so many seconds. One that only root may end, such as sudo, or one that leaves a child
# behind is not waited for either: the reader goes by the last line, not by the end of the pipe.
within() {
  {
    {
      "$@" </dev/null 2>&1 &
      child=$!
      (
        trap 'kill "$!"; exit' TERM
        sleep "$patience" >/dev/null &
        wait
        kill -KILL "$child"
        printf '\n%s late\n' "$nonce"
      ) &
      watch=$!
      if wait "$child"; then code=ok; else code=failed; fi
      kill "$watch"
      printf '\n%s %s\n' "$nonce" "$code"
    } &
  } | (
    while IFS= read -r said; do
      case $said in
        "$nonce ok") exit 0 ;;
        "$nonce "*) exit 1 ;;
        *) printf '%s\n' "$said" ;;
      esac
    done
    exit 1
  )
}
# The free kilobytes of a folder, for a user who is not root.
free_kb() { within df -Pk "$1" | sed -n '2s/^.* \([0-9][0-9]*\)  *[0-9-]*%\{0,1\}  *\/.*$/\1/p'; }
{
printf '\n%s begin\n' "$nonce"
`;

/** How a probe begins: what is asked of each host, besides. */
export const probePrelude: string = String.raw`${probeHelpers}put clock "$(date +%s%N)"
put release "$(uname -r)"
put machine "$(uname -m)"
put version "$(uname -v)"
for file in /etc/os-release /usr/lib/os-release; do
  [ -r "$file" ] || continue
  # Read as text: to source it would run what is in it.
  while IFS='=' read -r key value; do
    case $key in
      ID | ID_LIKE | VERSION_ID | PRETTY_NAME) put "os.$key" "$value" ;;
    esac
  done <"$file"
  break
done
# Before os-release, each distribution had a file of its own.
if [ ! -r /etc/os-release ] && [ ! -r /usr/lib/os-release ]; then
  for file in /etc/redhat-release /etc/system-release /etc/SuSE-release; do
    [ -r "$file" ] || continue
    name=$(head -n 1 "$file")
    put os.PRETTY_NAME "$name"
    case $name in
      *Amazon*) put os.ID amzn ;;
      *SUSE*) put os.ID sles ;;
      *) put os.ID rhel ;;
    esac
    put os.VERSION_ID "$(printf '%s\n' "$name" | sed -n 's/^[^0-9]*\([0-9][0-9.]*\).*$/\1/p')"
    break
  done
fi
put user "$(id -un)"
put uid "$(id -u)"
put cpus "$(nproc || getconf _NPROCESSORS_ONLN || grep -c '^processor' /proc/cpuinfo)"
put memory_kb "$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)"
`;
