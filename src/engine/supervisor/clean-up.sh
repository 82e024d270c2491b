# shellcheck shell=sh source-path=SCRIPTDIR
# How a supervisor ends: it removes all that is its own, and says what it could not remove.

. ./take-away.sh
# Unloads the module, removes the folder, and reports what is left.
clean() {
  left=none kept=removed seconds=0 stuck='' why=''
  if [ -n "$started" ]; then
    [ "$code" -eq 0 ] || end_rest
    unload
    if has_module; then
      left=loaded
      stuck=$(tail -n 1 "$dir/stuck" 2>/dev/null)
    fi
    tell_time
    seconds=$((now - started))
  fi
  find_caretaker
  [ -z "$dir" ] || remove_folder
  release_lock
  # Looked at when all that would write there has ended.
  if [ -n "$dir" ] && is_there "$dir"; then kept=left; fi
  dismiss_caretaker
  # Last, since it blocks where nobody reads the channel.
  [ "$left" = none ] || say "stuck $stuck"
  [ "$kept" = removed ] || say "kept $(printf '%s\n' "$why" | tail -n 1)"
  say "ended $code $seconds $left $kept"
}
finish() {
  trap '' HUP INT TERM USR1
  [ -z "$guard" ] || end_helper "$guard" KILL
  clean
  # Until here the watch would have taken over; its reader ends with it.
  [ -z "$watch" ] || end_helper "$watch" TERM
  exit 0
}
# The signal is repeated, since a helper that has just begun may miss it. No `wait`: a bash that gets a signal in the moment
# when a child ends may wait for that child forever.
end_helper() {
  tries=0
  while kill "-$2" "$1" 2>/dev/null && lives "$1" && [ "$tries" -lt 100 ]; do
    tries=$((tries + 1))
    [ "$tries" -le 50 ] || pause 0.1
  done
}
refuse() { is_main || exit; say "refused $*"; finish; }
