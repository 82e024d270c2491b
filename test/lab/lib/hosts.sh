# shellcheck shell=bash
# Starting, stopping and asking after the hosts. Each outlives lab.sh, in its own session, without our lock.

BOOT_LIMIT=120
BASTION_ADDRESS=192.168.77.1
GUEST_MEMORY=512

# The command line says whose process a pid is; a pid file alone may name whoever came after.
command_line() { tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" || true; }

pid_of() {
  local pid
  pid=$(cat "$STATE/hosts/$1/pid" 2>/dev/null) || return 1
  [[ -n $pid && $(command_line "$pid") == *" $STATE/hosts/$1/"* ]] || return 1
  echo "$pid"
}

is_running() { pid_of "$1" >/dev/null; }

# Running what today's recipes say, not what an earlier `up` started.
is_current() {
  local line image boot
  line=$(command_line "$(pid_of "$1" || echo none)")
  if [[ $1 == "$BUILDER" ]]; then
    [[ $line == *" $(builder_tree) "* ]]
  else
    image=$(target_image) boot=$(boot_files "$(kernel_of "$1")")
    [[ $line == *"file=$image,"* && $line == *" $boot/vmlinuz "* ]]
  fi
}

start_guests() {
  local host
  for host in "${GUESTS[@]}"; do
    if is_current "$host" && answers "$host"; then continue; fi
    stop_host "$host"
    start_guest "$host"
    note "$host: kernel $(kernel_of "$host"), port $(port_of "$host"), console in $STATE/hosts/$host/serial.log"
  done
}

start_guest() {
  local host=$1 home=$STATE/hosts/$1 boot append
  boot=$(boot_files "$(kernel_of "$host")")
  make_own_initrd "$host" "$boot/initrd"
  append="console=ttyS0 quiet panic=-1 mitigations=off net.ifnames=0 lab.name=$host"
  [[ $host != bare* ]] || append+=" lab.without=systemtap-runtime"
  [[ $host != "$BASTION" ]] || append+=" lab.wire=$BASTION_ADDRESS/24"
  ! is_inner "$host" || append+=" lab.wire=$INNER_ADDRESS/24"
  [[ $host != strict* ]] || append+=" lockdown=integrity"
  [[ -z $(postgresql_of "$host") ]] || append+=" lab.postgresql=$(postgresql_of "$host")"
  network_of "$host"
  # snapshot=on: writes go to a nameless temporary file, so all guests share one image and each start is a fresh one.
  # restrict=on: a guest reaches nothing; only our ssh reaches it. romfile= skips the network boot ROM.
  # -no-reboot: a panic (panic=-1 reboots) or a reboot ends the guest, and `status` says down.
  qemu-system-x86_64 -name "$host" -accel tcg,thread=single -cpu max -m "$GUEST_MEMORY" -nodefaults -display none -no-reboot \
    -kernel "$boot/vmlinuz" -initrd "$home/initrd" -append "$append" \
    -drive "file=$(target_image),format=raw,if=virtio,snapshot=on" \
    "${NETWORK[@]}" \
    -serial "file:$home/serial.log" -daemonize -pidfile "$home/pid" 9>&- >"$home/qemu.log" 2>&1 ||
    die "$host: qemu did not start; read $home/qemu.log: $(cat "$home/qemu.log")"
}

# Sets NETWORK. The wire is UDP on loopback, so that its two ends may start in any order.
network_of() {
  NETWORK=()
  if ! is_inner "$1"; then
    NETWORK+=(-netdev "user,id=n,restrict=on,hostfwd=tcp:127.0.0.1:$(port_of "$1")-:22")
    NETWORK+=(-device "virtio-net-pci,netdev=n,romfile=")
  fi
  if is_inner "$1" || [[ $1 == "$BASTION" ]]; then
    local other=$BASTION mac=52:54:00:00:77:02
    is_inner "$1" || other=inner1 mac=52:54:00:00:77:01
    NETWORK+=(-netdev "socket,id=w,udp=127.0.0.1:$(port_of "$other"),localaddr=127.0.0.1:$(port_of "$1")")
    NETWORK+=(-device "virtio-net-pci,netdev=w,romfile=,mac=$mac")
  fi
}

# The kernel unpacks concatenated archives one over the other: the common initrd, then what is this guest's alone.
make_own_initrd() {
  local home=$STATE/hosts/$1
  rm -rf "$home/initrd.d"
  mkdir -p "$home/initrd.d/lab"
  install -m 600 "$home/key" "$home/initrd.d/lab/ssh_host_ed25519_key"
  install -m 644 "$CLIENT_KEY.pub" "$home/initrd.d/lab/authorized_keys"
  install -m 644 "$STATE/ca.pub" "$home/initrd.d/lab/ca.pub"
  install -m 644 "$LAB_DIR/guest/sshd_config" "$home/initrd.d/lab/sshd_config"
  install -m 755 "$LAB_DIR/guest/init" "$home/initrd.d/lab/init"
  { cat "$2"; (cd "$home/initrd.d" && find lab | cpio --quiet -o -H newc -R 0:0); } >"$home/initrd"
  rm -rf "$home/initrd.d"
}

start_builder() {
  local home=$STATE/hosts/$BUILDER pid
  if is_current "$BUILDER" && answers "$BUILDER"; then return; fi
  stop_builder
  # Namespaces of its own: its mounts exist for its processes only and go with them, so nothing below the tree is ever
  # mounted for the rest of the machine; ending the first process ends them all.
  setsid unshare --mount --uts --ipc --pid --fork --kill-child \
    "$LAB_DIR/builder/enter.sh" "$(builder_tree)" "$home/" "$CLIENT_KEY.pub" "$(port_of "$BUILDER")" \
    </dev/null >"$home/sshd.log" 2>&1 9>&- &
  pid=$!
  disown "$pid"
  echo "$pid" >"$home/pid"
  # Until setsid has run, the process still bears our own command line.
  await_true 5 is_running "$BUILDER" || die "$BUILDER did not start; read $home/sshd.log: $(tail -n 3 "$home/sshd.log")"
  note "$BUILDER: port $(port_of "$BUILDER"), log in $home/sshd.log"
}

stop_guests() {
  local host
  for host in "${GUESTS[@]}"; do stop_host "$host"; done
}

# The listening socket goes a moment later than the process that we see.
stop_builder() {
  stop_host "$BUILDER"
  if [[ -e $STATE/hosts/$BUILDER/port ]]; then await_true 5 is_closed "$(port_of "$BUILDER")" || true; fi
}

is_closed() { ! is_listening "$1"; }

# unshare ignores TERM while it waits for its child, hence KILL there; --kill-child takes the rest with it.
stop_host() {
  local pid signal=TERM
  if pid=$(pid_of "$1"); then
    [[ $1 != "$BUILDER" ]] || signal=KILL
    kill "-$signal" "$pid" 2>/dev/null || true
    await_true 5 has_ended "$pid" || { kill -KILL "$pid" 2>/dev/null || true; }
    await_true 5 has_ended "$pid" || die "$1: process $pid does not end"
  fi
  rm -f "$STATE/hosts/$1/pid"
}

# Gone, or a zombie that this machine's first process is slow to reap.
has_ended() { [[ ! -e /proc/$1 ]] || grep -q '^State:.[ZX]' "/proc/$1/status" 2>/dev/null; }

# await_true SECONDS COMMAND…
await_true() {
  local try
  for ((try = 0; try < $1 * 20; try++)); do
    if "${@:2}"; then return 0; fi
    sleep 0.05
  done
  return 1
}

# Sets SSH to the command that reaches [USER@]NAME.
ssh_command() {
  local user=root host=$1
  if [[ $host == *@* ]]; then user=${host%%@*} host=${host#*@}; fi
  [[ -s $STATE/hosts/$host/port ]] || die "no host named $host, or no lab yet"
  SSH=(
    ssh -F none -i "$CLIENT_KEY" -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=60 -o LogLevel=ERROR
    -o UserKnownHostsFile="$KNOWN_HOSTS" -o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes
    # The default key exchange costs an emulated processor half as much again.
    -o KexAlgorithms=curve25519-sha256
  )
  if is_inner "$host"; then
    # The one way there is; its own options are not handed on by -J.
    SSH+=(-o "ProxyCommand=${SSH[*]} -p $(port_of "$BASTION") -W %h:%p root@127.0.0.1" "$user@$INNER_ADDRESS")
  else
    SSH+=(-p "$(port_of "$host")" "$user@127.0.0.1")
  fi
}

ssh_to_host() {
  ssh_command "$1"
  exec "${SSH[@]}" "${@:2}"
}

answers() {
  is_running "$1" || return 1
  ssh_command "$1"
  timeout 15 "${SSH[@]}" true </dev/null >/dev/null 2>&1
}

# Its sshd says its name: enough to see that what answered before still does, at a tenth of the price of a login.
greets() {
  local line
  if is_inner "$1"; then
    answers "$1"
    return
  fi
  exec 3<>"/dev/tcp/127.0.0.1/$(port_of "$1")" && IFS= read -r -t 10 line <&3 && [[ $line == SSH-2.0-* ]]
}

all_hosts_greet() {
  local host pid pids=() all=0
  for host in "${HOSTS[@]}"; do is_current "$host" || return 1; done
  for host in "${HOSTS[@]}"; do
    (greets "$host") 2>/dev/null &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || all=1; done
  return "$all"
}

# A guest is asked only once its console says that sshd starts: a connection to a guest that is still booting hangs in
# QEMU's network and costs the boot its processor.
await_hosts() {
  local host waiting=("${HOSTS[@]}") still began=$SECONDS told=$SECONDS
  while ((${#waiting[@]})); do
    still=()
    for host in "${waiting[@]}"; do
      is_running "$host" || die "$host ended; read $(log_of "$host"): $(tail -n 3 "$(log_of "$host")")"
      if is_past_boot "$host" && answers "$host"; then note "$host answers"; else still+=("$host"); fi
    done
    waiting=("${still[@]}")
    ((${#waiting[@]})) || break
    ((SECONDS - began < BOOT_LIMIT)) ||
      die "no ssh after $BOOT_LIMIT s: ${waiting[*]}; read $(for host in "${waiting[@]}"; do log_of "$host"; done)"
    if ((SECONDS - told >= 10)); then told=$SECONDS && note "waiting for ${waiting[*]}"; fi
    sleep 0.2
  done
}

log_of() { if [[ $1 == "$BUILDER" ]]; then echo "$STATE/hosts/$1/sshd.log"; else echo "$STATE/hosts/$1/serial.log"; fi; }
is_past_boot() { [[ $1 == "$BUILDER" ]] || grep -q '^lab: .* ready' "$STATE/hosts/$1/serial.log" 2>/dev/null; }

print_status() {
  local host pid role all=0 scratch
  { kernels_are_chosen && [[ -e $STATE/env ]]; } || die "there is no lab yet: run lab.sh up"
  scratch=$(mktemp -d)
  for host in "${HOSTS[@]}"; do if answers "$host"; then touch "$scratch/$host"; fi & done
  wait
  printf '%-8s %-12s %-24s %-6s %-8s %s\n' NAME ROLE KERNEL PORT PID SSH
  for host in "${HOSTS[@]}"; do
    case $host in "$BUILDER") role='build host' ;; bare*) role='bare' ;; *) role=target ;; esac
    pid=$(pid_of "$host") || pid=-
    printf '%-8s %-12s %-24s %-6s %-8s ' "$host" "$role" "$(kernel_of "$host")" "$(port_of "$host")" "$pid"
    if [[ -e $scratch/$host ]]; then echo up; else echo down && all=1; fi
  done
  rm -rf "$scratch"
  return "$all"
}

print_serial() {
  [[ -e $(log_of "$1") ]] || die "nothing from $1 yet; the hosts are ${HOSTS[*]}"
  cat "$(log_of "$1")"
}
