# shellcheck shell=sh
# What a playbook wants of a target: `sh -c SCRIPT tapbook-preconditions NONCE COUNT PACKAGE... COMMAND...`, COUNT packages and
# then the commands. systemtap-runtime is not asked about: every probe does. A package counts as installed if any package
# manager that is there says so; where there is none that is known here, `NONCE no-manager` says that nobody was asked.

nonce=$1 count=$2
shift 2
dollar='$'
has() {
  if command -v dpkg-query >/dev/null 2>&1; then
    case $(dpkg-query -W -f "$dollar{Status}" "$1" 2>/dev/null) in *' installed') return 0 ;; esac
  fi
  command -v rpm >/dev/null 2>&1 && rpm -q "$1" >/dev/null 2>&1 && return 0
  command -v apk >/dev/null 2>&1 && apk info -e "$1" >/dev/null 2>&1 && return 0
  return 1
}
knows_packages() { command -v dpkg-query || command -v rpm || command -v apk; } >/dev/null 2>&1
# A login shell may have printed something without a newline.
echo
[ "$count" -eq 0 ] || knows_packages || printf '%s no-manager\n' "$nonce"
at=0
while [ "$at" -lt "$count" ]; do
  has "$1" || printf '%s package %s\n' "$nonce" "$at"
  at=$((at + 1))
  shift
done
at=0
for command in "$@"; do
  output=$(sh -c "$command" </dev/null 2>&1)
  code=$?
  [ "$code" -eq 0 ] || printf '%s command %s %s %s\n' "$nonce" "$at" "$code" "$(printf %s "$output" | tail -n 1)"
  at=$((at + 1))
done
printf '%s end\n' "$nonce"
