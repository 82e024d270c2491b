# shellcheck shell=sh
# `sh -c SCRIPT tapbook-look-back NONCE FOLDER MODULE SECONDS`: looks at a host after a script whose processes were killed, until
# nothing of it is left, for so many seconds at most. Prints `NONCE MODULE FOLDER`: none|loaded, removed|left. A module whose
# folder is gone is somebody else's: it is unloaded first.

nonce=$1 folder=$2 module=$3 rest=$4
while :; do
  left=none kept=removed
  if [ -e "$folder" ] || [ -L "$folder" ]; then
    kept=left
    [ ! -d "/sys/module/$module" ] || left=loaded
  fi
  if [ "$kept" = removed ] || [ "$rest" -le 0 ]; then break; fi
  rest=$((rest - 1))
  sleep 1
done
printf '%s %s %s\n' "$nonce" "$left" "$kept"
