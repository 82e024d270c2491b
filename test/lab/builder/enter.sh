#!/usr/bin/env bash
# The build host's first process, in namespaces of its own: mounts what it needs into its tree, then becomes its sshd.
set -euo pipefail
tree=$1 home=$2 client_key=$3 port=$4

mount --make-rprivate /
mount -t proc proc "$tree/proc"
mount -t tmpfs -o mode=755 dev "$tree/dev"
for node in null:3 zero:5 full:7 random:8 urandom:9; do
  mknod -m 666 "$tree/dev/${node%:*}" c 1 "${node#*:}"
done
mknod -m 666 "$tree/dev/tty" c 5 0
mkdir "$tree/dev/pts" "$tree/dev/shm"
mount -t devpts -o newinstance,gid=5,mode=620,ptmxmode=666 pts "$tree/dev/pts"
ln -s pts/ptmx "$tree/dev/ptmx"
ln -s /proc/self/fd "$tree/dev/fd"
mount -t tmpfs -o mode=1777 shm "$tree/dev/shm"
mount -t tmpfs -o mode=755 run "$tree/run"
# Builds in /tmp start empty with each `up`; stap's own cache, in /root, stays in the tree.
mount -t tmpfs -o mode=1777 tmp "$tree/tmp"

mkdir -p "$tree/run/sshd" "$tree/run/lab"
install -m 600 "$home/key" "$tree/run/lab/ssh_host_ed25519_key"
install -m 644 "$client_key" "$tree/run/lab/authorized_keys"
install -m 644 "$(dirname "$client_key")/ca.pub" "$tree/run/lab/ca.pub"
install -m 644 "$(dirname "$0")/../guest/sshd_config" "$tree/run/lab/sshd_config"
hostname builder

# tini reaps what a dropped connection orphans.
exec env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  chroot "$tree" tini -- /usr/sbin/sshd -D -e -f /run/lab/sshd_config -p "$port" -o ListenAddress=127.0.0.1
