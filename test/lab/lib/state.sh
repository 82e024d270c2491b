# shellcheck shell=bash
# What one fleet is made of, below $STATE: keys, ports, known_hosts, the inventory, variables for tests.

FIRST_PORT=42200
CLIENT_KEY=$STATE/id_ed25519
CERTIFIED_KEY=$STATE/id_certified
# On the wire between the bastion and what is behind it.
INNER_ADDRESS=192.168.77.2
KNOWN_HOSTS=$STATE/known_hosts

# Every host has its own key and known_hosts is written from these, so nothing is ever trusted on first sight.
make_keys() {
  local host
  [[ -e $CLIENT_KEY.pub ]] || { rm -f "$CLIENT_KEY" && ssh-keygen -q -t ed25519 -N '' -C tapbook-lab -f "$CLIENT_KEY"; }
  # Who holds a certificate of this authority is let in as root; its key is in no authorized_keys.
  [[ -e $STATE/ca.pub ]] || { rm -f "$STATE/ca" && ssh-keygen -q -t ed25519 -N '' -C tapbook-lab-ca -f "$STATE/ca"; }
  if [[ ! -e $CERTIFIED_KEY-cert.pub ]]; then
    rm -f "$CERTIFIED_KEY" "$CERTIFIED_KEY.pub"
    ssh-keygen -q -t ed25519 -N '' -C tapbook-lab-certified -f "$CERTIFIED_KEY"
    ssh-keygen -q -s "$STATE/ca" -I tapbook-lab -n root "$CERTIFIED_KEY.pub"
  fi
  for host in "${HOSTS[@]}"; do
    mkdir -p "$STATE/hosts/$host"
    [[ -e $STATE/hosts/$host/key.pub ]] && continue
    rm -f "$STATE/hosts/$host/key"
    ssh-keygen -q -t ed25519 -N '' -C "$host" -f "$STATE/hosts/$host/key"
  done
}

port_of() { cat "$STATE/hosts/$1/port"; }

# A port is kept for as long as nobody else listens on it.
choose_ports() {
  local host port=$FIRST_PORT taken=' '
  for host in "${HOSTS[@]}"; do
    if [[ -s $STATE/hosts/$host/port ]] && { is_running "$host" || ! is_listening "$(port_of "$host")"; }; then
      taken+="$(port_of "$host") "
    else
      rm -f "$STATE/hosts/$host/port"
    fi
  done
  for host in "${HOSTS[@]}"; do
    [[ ! -e $STATE/hosts/$host/port ]] || continue
    while [[ $taken == *" $port "* ]] || is_listening "$port"; do port=$((port + 1)); done
    taken+="$port "
    echo "$port" >"$STATE/hosts/$host/port"
  done
}

is_listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

kernel_of() {
  case $1 in
    db* | inner*) echo "$KERNEL_A" ;;
    web* | bare* | strict*) echo "$KERNEL_B" ;;
    *) echo - ;;
  esac
}

write_state_files() {
  local host
  for host in "${HOSTS[@]}"; do
    echo "$(known_name "$host") $(cut -d ' ' -f 1-2 "$STATE/hosts/$host/key.pub")"
  done | replace_file "$KNOWN_HOSTS"
  ssh_config | replace_file "$STATE/ssh_config"
  inventory | replace_file "$STATE/inventory.yml"
  variables | replace_file "$STATE/env"
}

# Readers see the old file or the new one, never half.
replace_file() {
  cat >"$1.new"
  if cmp -s "$1.new" "$1"; then rm "$1.new"; else mv "$1.new" "$1"; fi
}

known_name() { if is_inner "$1"; then echo "$INNER_ADDRESS"; else echo "[127.0.0.1]:$(port_of "$1")"; fi; }
is_inner() { [[ $1 == inner* ]]; }

# The way to what is behind the bastion.
ssh_config() {
  cat <<TEXT
Host $BASTION
  HostName 127.0.0.1
  Port $(port_of "$BASTION")
  User root
  IdentityFile $CLIENT_KEY
  IdentitiesOnly yes
  UserKnownHostsFile $KNOWN_HOSTS

Host $INNER_ADDRESS
  ProxyJump $BASTION
TEXT
}

inventory() {
  cat <<YAML
# Written by test/lab/lab.sh up.
all:
  vars:
    ansible_host: 127.0.0.1
    ansible_user: root
    ansible_ssh_private_key_file: $CLIENT_KEY
    tapbook_known_hosts_file: $KNOWN_HOSTS
  children:
    targets:
      children:
        db:
          hosts:
            db1: { ansible_port: $(port_of db1) }
            db2: { ansible_port: $(port_of db2) }
        web:
          hosts:
            web1: { ansible_port: $(port_of web1) }
    bare:
      hosts:
        bare1: { ansible_port: $(port_of bare1) }
    strict:
      hosts:
        strict1: { ansible_port: $(port_of strict1) }
    behind_bastion:
      hosts:
        inner1: { ansible_host: $INNER_ADDRESS, ansible_ssh_common_args: "-F '$STATE/ssh_config'" }
    build_hosts:
      hosts:
        builder: { ansible_port: $(port_of builder) }
YAML
}

variables() {
  local host
  cat <<TEXT
TAPBOOK_LAB_STATE=$STATE
TAPBOOK_LAB_INVENTORY=$STATE/inventory.yml
TAPBOOK_LAB_KNOWN_HOSTS=$KNOWN_HOSTS
TAPBOOK_LAB_KEY=$CLIENT_KEY
TAPBOOK_LAB_CERTIFIED_KEY=$CERTIFIED_KEY
TAPBOOK_LAB_SSH_CONFIG=$STATE/ssh_config
KERNEL_A=$KERNEL_A
KERNEL_B=$KERNEL_B
KERNEL_FOREIGN=$(foreign_kernel)
TEXT
  for host in "${HOSTS[@]}"; do echo "PORT_$host=$(port_of "$host")"; done
}

print_env() {
  [[ -e $STATE/env ]] || die "there is no lab yet: run lab.sh up"
  cat "$STATE/env"
}
