/**
 * Runs `ssh` and sees to its end, in POSIX sh. Its arguments are a directory and the command; its standard input is a
 * lifeline: when that ends, because its owner has let go of it or was killed, ssh is ended too, at whatever stage it is.
 * When ssh is gone the directory is removed, and what ssh has started in the same process group is ended. The command's
 * standard input is descriptor 3, which is where a password comes from. Exits as ssh does.
 */
export const masterScript = `
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
`;

/**
 * Answers ssh's question for the password with a line of its standard input (`SSH_ASKPASS` in `man ssh`): so it stands
 * in no argument, no environment and no file. It refuses every other question, such as that for a key's passphrase or
 * whether a host key is right; and an `ssh` that is a jump to the host is not a child of the script above, and gets none.
 */
export const askpassScript = `#!/bin/sh
[ -z "\${SSH_ASKPASS_PROMPT-}" ] || exit 1
parent=$(ps -o ppid= -p "$PPID" 2>/dev/null) || parent=$(sed 's/.*) . \\([0-9]*\\) .*/\\1/' "/proc/$PPID/stat") || exit 1
[ "\${parent##* }" = "\${TAPBOOK_KEEPER-}" ] || exit 1
case $1 in
*passphrase*) exit 1 ;;
*assword*) IFS= read -r password && printf '%s\\n' "$password" ;;
*) exit 1 ;;
esac
`;
