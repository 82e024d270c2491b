# shellcheck shell=sh
# Runs `ssh` and sees to its end, in POSIX sh: `sh -c SCRIPT sh DIRECTORY COMMAND...`. Its standard input is a lifeline: when
# that ends, because its owner has let go of it or was killed, ssh is ended too, at whatever stage it is. When ssh is gone the
# directory is removed, and what ssh has started in the same process group is ended. The command's standard input is descriptor
# 3, which is where a password comes from. Exits as ssh does.

directory=$1
shift
exec 4<&0
TAPBOOK_KEEPER=$$
export TAPBOOK_KEEPER
"$@" <&3 3<&- 4<&- &
ssh=$!
{
  read -r _
  kill -TERM "$ssh"
  sleep 2
  rm -rf -- "$directory"
  kill -KILL 0
} <&4 >/dev/null 2>&1 3<&- 4<&- &
exec </dev/null 2>/dev/null 3<&- 4<&-
wait "$ssh"
code=$?
trap '' TERM
rm -rf -- "$directory"
kill -TERM 0
exit "$code"
