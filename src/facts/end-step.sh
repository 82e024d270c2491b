# shellcheck shell=sh disable=SC2013 # The names of files in /proc have no blanks.
# `sh -c SCRIPT sh SIGNAL NONCE-STEP`: ends all processes of one step of a probe, at any depth, but neither the probe's shell
# nor other steps. Processes that we may not end, or that cannot end, stay.

# By xargs: of 100,000 processes, a command line does not hold the names.
for file in $(printf '%s\n' /proc/[0-9]*/environ | xargs grep -ls "TAPBOOK_STEP=$2" 2>/dev/null); do
  number=${file#/proc/}
  kill "-$1" "${number%/environ}" 2>/dev/null
done
