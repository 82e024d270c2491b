# shellcheck shell=sh source-path=SCRIPTDIR
# What is asked of each host, behind the helpers of probe-prelude.sh: its kernel, its system, its user, its CPUs.

. ../transport/shell/count-cpus.sh
said=$(uname -rvm)
kernel=${said%% *}
put release "$kernel"
put machine "${said##* }"
said=${said#* }
put version "${said% *}"
for file in /etc/os-release /usr/lib/os-release; do
  [ -r "$file" ] || continue
  # Read as text: to source it would run what is in it.
  while IFS='=' read -r key value; do
    case $key in
      ID | ID_LIKE | VERSION_ID | PRETTY_NAME) put "os.$key" "$value" ;;
    esac
  done <"$file"
  break
done
# Before os-release, each distribution had a file of its own.
if [ ! -r /etc/os-release ] && [ ! -r /usr/lib/os-release ]; then
  for file in /etc/redhat-release /etc/system-release /etc/SuSE-release; do
    [ -r "$file" ] || continue
    name=$(head -n 1 "$file")
    put os.PRETTY_NAME "$name"
    case $name in
      *Amazon*) put os.ID amzn ;;
      *SUSE*) put os.ID sles ;;
      *) put os.ID rhel ;;
    esac
    put os.VERSION_ID "$(printf '%s\n' "$name" | sed -n 's/^[^0-9]*\([0-9][0-9.]*\).*$/\1/p')"
    break
  done
fi
uid=''
while read -r key value _; do
  [ "$key" != Uid: ] || { uid=$value && break; }
done </proc/self/status
if [ "$uid" = 0 ]; then
  # Whoever has this number is root, whatever its groups.
  user=root said='groups=0(root)'
else
  # uid=0(root) gid=0(root) groups=0(root),4(adm) context=…; a number without a name has no parentheses.
  said=$(id)
  uid=${said#uid=}
  uid=${uid%%[!0-9]*}
  user=${said#"uid=$uid("}
  if [ "$user" = "$said" ]; then user=$uid; else user=${user%%\)*}; fi
fi
put uid "$uid"
put user "$user"
count_cpus
put cpus "$cpus"
