# shellcheck shell=sh disable=SC2013 # The names of files in /proc have no blanks.
# `sh -c SCRIPT sh SIGNAL NONCE-STEP`: ends all that a probe has begun in one step, however far below, and neither its shell nor
# what belongs to another step. What only root may end, or nobody, stays.

for file in $(grep -ls "TAPBOOK_STEP=$2" /proc/[0-9]*/environ 2>/dev/null); do
  number=${file#/proc/}
  kill "-$1" "${number%/environ}" 2>/dev/null
done
