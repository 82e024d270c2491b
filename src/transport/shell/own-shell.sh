# shellcheck shell=sh
# Whether `is_main` is asked by the shell that began the script. A subshell of bash has its parent's traps in its first moments,
# and a signal that meets it there would have it clean up what the parent still needs. The numbers of processes are those of
# /proc, which $$ need not be in a container; without one, all are main.

shell=''
{ read -r shell _ </proc/self/stat; } 2>/dev/null
is_main() { self=''; { read -r self _ </proc/self/stat; } 2>/dev/null; [ "$self" = "$shell" ]; }
