#!/bin/sh
# Answers ssh's question for the password with a line of its standard input (SSH_ASKPASS in `man ssh`): so it stands in no
# argument, no environment and no file. It refuses every other question, such as that for a key's passphrase or whether a host
# key is right; and an `ssh` that is a jump to the host is not a child of keep-master.sh, and gets none.

[ -z "${SSH_ASKPASS_PROMPT-}" ] || exit 1
parent=$(ps -o ppid= -p "$PPID" 2>/dev/null) || parent=$(sed 's/.*) . \([0-9]*\) .*/\1/' "/proc/$PPID/stat") || exit 1
[ "${parent##* }" = "${TAPBOOK_KEEPER-}" ] || exit 1
case $1 in
*passphrase*) exit 1 ;;
*assword*) IFS= read -r password && printf '%s\n' "$password" ;;
*) exit 1 ;;
esac
