# shellcheck shell=sh
# What the running kernel has, and what it forbids.

# What the kernel's own files say, read once. A mount's line has blanks round the kind; of a file system that could be mounted,
# the line ends with it. The bounding set is the same for each of our processes.
read_kernel_files() {
  set -- "$@" /proc/meminfo /proc/self/status /proc/mounts /proc/filesystems /proc/modules /proc/stat
  grep -hs -e '^MemAvailable:' -e '^btime ' -e '^CapBnd:' -e '^[^ ]* [^ ]* debugfs ' -e '^[^ ]* [^ ]* tracefs ' -e 'debugfs$' -e 'tracefs$' \
    -e '^[^ ]* [0-9]* .* 0x' -e '^CONFIG_KPROBES=' -e '^CONFIG_RELAY=' -e '^CONFIG_UPROBES=' -e '^CONFIG_UTRACE=' \
    -e '^CONFIG_TRACEPOINTS=' -e '^CONFIG_MODULES=' "$@"
}
# Of $kernel, wherever its configuration is.
read_config() {
  if [ -s "/boot/config-$kernel" ] && [ -r "/boot/config-$kernel" ]; then
    read_kernel_files "/boot/config-$kernel"
  elif [ -s "/lib/modules/$kernel/config" ] && [ -r "/lib/modules/$kernel/config" ]; then
    read_kernel_files "/lib/modules/$kernel/config"
  elif [ -r /proc/config.gz ] && has gzip; then
    gzip -cd /proc/config.gz | read_kernel_files -
  else
    read_kernel_files
    # Then its symbols can tell what it has.
    step symbols
    [ ! -r /proc/kallsyms ] ||
      grep -e ' register_kprobe$' -e ' relay_open$' -e ' uprobe_register$' -e ' tracepoint_probe_register$' /proc/kallsyms
  fi
}
tell_modules() {
  if [ -r /proc/modules ]; then
    put modules yes
  else
    # A /proc may show processes only.
    loaded=''
    for state in /sys/module/*/initstate; do
      [ ! -e "$state" ] || { state=${state%/*} && loaded="$loaded ${state##*/}"; }
    done
    if [ -n "$loaded" ]; then
      put modules yes
      put loaded "${loaded# }"
    fi
  fi
}
tell_restrictions() {
  # Where securityfs is mounted and has no such file, the kernel has no lockdown.
  if [ -e /sys/kernel/security/lsm ] && [ ! -e /sys/kernel/security/lockdown ]; then put lockdown '[none]'; fi
  line lockdown /sys/kernel/security/lockdown
  line sig_enforce /sys/module/module/parameters/sig_enforce
  line modules_disabled /proc/sys/kernel/modules_disabled
  line fips /proc/sys/crypto/fips_enabled
  for file in /sys/firmware/efi/efivars/SecureBoot-*; do
    [ ! -r "$file" ] || put secure_boot "$(od -An -tu1 "$file" | tr -s ' \n' ' ' | sed 's/ *$//; s/.* //')"
  done
  if [ -d /sys/firmware ] && [ ! -d /sys/firmware/efi ]; then put secure_boot 0; fi
}
