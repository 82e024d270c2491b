# shellcheck shell=sh source-path=SCRIPTDIR
# How busy the host is: `load_now` prints the load in hundredths for each CPU of $cpus, `memory_now` the available memory in
# kB. Both fail where the kernel does not tell.

. ../../transport/shell/count-cpus.sh
load_now() {
  [ -r /proc/loadavg ] && [ "$cpus" -gt 0 ] || return 1
  read -r load _ </proc/loadavg
  echo $(((${load%.*} * 100 + 1${load#*.} - 100) / cpus))
}
memory_now() {
  [ -r /proc/meminfo ] || return 1
  memory='' rest=0
  while read -r key value _; do
    case $key in
      MemAvailable:) memory=$value && break ;;
      # Kernels before 3.14 have no MemAvailable.
      MemFree: | Buffers: | Cached:) rest=$((rest + value)) ;;
    esac
  done </proc/meminfo
  memory=${memory:-$rest}
  [ "$memory" -gt 0 ] && echo "$memory"
}
