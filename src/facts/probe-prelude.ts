import { countCpus } from '../transport/shell/count-cpus.ts';

/**
 * How every question begins, in POSIX sh: the nonce in `$1`, and helpers. It opens a group that the question has to close
 * with a `}` that drops its errors; a shell reads a group whole before it runs it, so that no command can eat the rest of a
 * script that comes on standard input.
 */
const helpersWith = (tell: string): string => `nonce=$1
shift
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin
LC_ALL=C
export PATH LC_ALL
newline='
'
${tell}
# One line for each value, whatever a command has printed.
put() {
  case $2 in
    *"$newline"*) tell "$1=$(printf '%s' "$2" | head -n 1)" ;;
    *) tell "$1=$2" ;;
  esac
}
has() { command -v "$1" >/dev/null 2>&1; }
patience=3
# Within \`within\`: one command that could hang (a directory service, a package manager's lock, a dead mount), with what it
# says on either output. It has $patience to twice as many seconds. One that only root may end, such as sudo, is not waited for.
ask() {
  step=$((step + 1))
  "$@" </dev/null 2>&1 &
  while :; do
    wait "$!"
    code=$?
    [ -n "$ticked" ] || return "$code"
    ticked=''
    [ "$given_up" != "$step" ] || return 1
  done
}
# Runs a function that asks such things, and prints what they say. What leaves a child behind is not waited for: the reader goes
# by the last line, not by the end of the pipe.
within() {
  {
    (
      step=0 seen='' ticked='' given_up=''
      trap 'ticked=yes; if [ "$seen" = "$step" ]; then given_up=$step; kill -KILL "$!"; fi; seen=$step' USR1
      "$@"
    ) &
    asking=$!
    (
      trap 'kill "$!"; exit' TERM
      ticks=0
      while [ "$ticks" -lt 20 ]; do
        ticks=$((ticks + 1))
        sleep "$patience" >/dev/null &
        wait
        kill -USR1 "$asking" || exit
      done
      kill -KILL "$asking"
    ) &
    watch=$!
    if wait "$asking"; then code=ok; else code=failed; fi
    kill "$watch"
    printf '\\n%s %s\\n' "$nonce" "$code"
  } | (
    while IFS= read -r said; do
      case $said in
        "$nonce ok") exit 0 ;;
        "$nonce "*) exit 1 ;;
        *) printf '%s\\n' "$said" ;;
      esac
    done
    exit 1
  )
}
{
printf '\\n%s begin\\n' "$nonce"
`;

/** Each fact is printed as it becomes known. */
export const probeHelpers: string = helpersWith(`tell() { printf '%s\\n' "$1"; }`);

/** Facts are gathered in `$told`, for who prints many at once: each write is a packet, and wakes somebody at every stage of its way. */
export const gatheringHelpers: string = helpersWith(`told=''
tell() { told=$told$1$newline; }`);

/** What is asked of each host, behind the helpers: its kernel, its system, its user, its CPUs. */
export const systemQuestions: string = `${countCpus}
said=$(uname -rvm)
kernel=\${said%% *}
put release "$kernel"
put machine "\${said##* }"
said=\${said#* }
put version "\${said% *}"
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
    put os.VERSION_ID "$(printf '%s\\n' "$name" | sed -n 's/^[^0-9]*\\([0-9][0-9.]*\\).*$/\\1/p')"
    break
  done
fi
uid=''
while read -r key value _; do
  [ "$key" != Uid: ] || { uid=$value && break; }
done </proc/self/status
if [ "$uid" = 0 ]; then
  # Whoever has this number is root, whatever its groups.
  user=root said='groups=0(root)'
else
  # uid=0(root) gid=0(root) groups=0(root),4(adm) context=…; a number without a name has no parentheses.
  said=$(id)
  uid=\${said#uid=}
  uid=\${uid%%[!0-9]*}
  user=\${said#"uid=$uid("}
  if [ "$user" = "$said" ]; then user=$uid; else user=\${user%%\\)*}; fi
fi
put uid "$uid"
put user "$user"
count_cpus
put cpus "$cpus"
`;
