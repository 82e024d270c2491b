# shellcheck shell=sh
# `count_cpus` says in $cpus how many CPUs are online, 0 where nothing tells; the load of the machine is shared by those.
# /sys/devices/system/cpu/online has ranges: `0-3,6`. No process where it is there.

count_cpus() {
  cpus=0 ranges=''
  { read -r ranges </sys/devices/system/cpu/online; } 2>/dev/null
  while [ -n "$ranges" ]; do
    range=${ranges%%,*}
    case $ranges in *,*) ranges=${ranges#*,} ;; *) ranges='' ;; esac
    cpus=$((cpus + ${range#*-} - ${range%-*} + 1))
  done
  [ "$cpus" -gt 0 ] || cpus=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || grep -c '^processor' /proc/cpuinfo)
}
