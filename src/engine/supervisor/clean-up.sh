# shellcheck shell=sh
# How a supervisor ends: it removes all that is its own, and says what it could not remove.

# Gives up after PATIENCE in which nothing was going on, or after ENDING.
unload() {
  remover='' idle=0
  tell_time
  before=$now until=$((now + ending))
  while is_loaded; do
    if [ -z "$remover" ] || ! lives "$remover"; then
      staprun -d "$module" </dev/null >/dev/null 2>"$dir/stuck" 4>&- &
      remover=$!
    fi
    pause 0.2
    tell_time
    is_busy "$remover" || idle=$((idle + now - before))
    before=$now
    if [ "$idle" -ge "$patience" ] || [ "$now" -ge "$until" ]; then break; fi
  done
}
# Unloads the module, removes the folder, and reports what is left.
clean() {
  left=none kept=removed seconds=0 stuck='' why=''
  if [ -n "$started" ]; then
    unload
    if is_loaded; then
      left=loaded
      stuck=$(tail -n 1 "$dir/stuck" 2>/dev/null)
    fi
    tell_time
    seconds=$((now - started))
  fi
  if [ -n "$dir" ]; then
    cd /
    rm -rf "$dir" 2>/dev/null || why=$(rm -rf "$dir" 2>&1)
    [ ! -e "$dir" ] || kept=left
  fi
  release_lock
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
