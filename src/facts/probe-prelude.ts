/**
 * How every probe begins, in POSIX sh: the nonce in `$1`, two helpers, and what is asked of each host. It opens a group
 * that the probe has to close with `} 2>/dev/null`.
 */
export const probePrelude: string = String.raw`nonce=$1
shift
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin
LC_ALL=C
export PATH LC_ALL
put() { printf '%s=%s\n' "$1" "$2"; }
has() { command -v "$1" >/dev/null 2>&1; }
{
printf '\n%s begin\n' "$nonce"
put clock "$(date +%s%N)"
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
put user "$(id -un)"
put uid "$(id -u)"
`;
