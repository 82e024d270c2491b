# shellcheck shell=sh disable=SC2013 # The names of files in /proc have no blanks.
# `sh -c SCRIPT sh SIGNAL NONCE-STEP`: ends all processes of one step of a probe, at any depth, but neither the probe's shell
# nor other steps. Processes that we may not end, or that cannot end, stay.

for file in $(grep -ls "TAPBOOK_STEP=$2" /proc/[0-9]*/environ 2>/dev/null); do
  number=${file#/proc/}
  kill "-$1" "${number%/environ}" 2>/dev/null
done
