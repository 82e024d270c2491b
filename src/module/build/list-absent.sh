# shellcheck shell=sh
# Prints those of its arguments, paths of files, that are not there: `sh -c SCRIPT tapbook-absent SYSROOT PATH...`. They are
# looked for below SYSROOT, which may be empty.
root=$1
shift
for path; do
  [ -e "$root$path" ] || printf '%s\n' "$path"
done
