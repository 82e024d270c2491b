# shellcheck shell=sh
# `find_strangers PATH BUILD_ID` looks for processes that map a file of that path with another build-id: they began before an
# upgrade, or have a root or a mount of their own. PATH is without symbolic links. For each of the first of them it calls
# `stranger PID BUILD_ID|- deleted|other-root`, and puts how many there are into $strangers. $strangers_sure is `yes` if all went
# through that can be seen (see sees_all_processes). Needs read-build-id.sh and the usual IFS.
#
# /proc/PID/maps shows the path as it is below the root of the file's mount, so that a file of a container has the same one; that
# of a process in a chroot has the chroot's before it. Behind the path of a file that is no more stands ` (deleted)`. The devices
# that maps and stat show differ on btrfs and overlayfs: files are told apart by what maps shows, and compared by build-id.

most_strangers=20
find_strangers() {
  strangers=0 strangers_known='' strangers_pid='' strangers_last='' strangers_line='' strangers_sure='' strangers_looked=''
  strangers_rooted='' strangers_snapshots=''
  strangers_id=$2
  # Snapshots of one filesystem have the same inode numbers for files that differ. A container's may be such where the host's is not:
  # the device of btrfs is 0:N, as of all that have no block device of their own.
  case $(stat -f -c %T "$1" 2>/dev/null) in btrfs | bcachefs) strangers_snapshots=yes ;; esac
  # One process for thousands of files. The last one has grep name them, and shows that it ran.
  strangers_lines=$(printf '%s\n' /proc/[0-9]*/maps | xargs grep -sF -e "$1" -e 'Linux version ' /proc/version)
  # xargs could not begin one, or it was killed.
  [ "$?" -lt 124 ] || strangers_lines=''
  while read -r strangers_at _ _ strangers_device strangers_inode strangers_file; do
    case $strangers_at in
      /proc/version:*)
        strangers_looked=yes
        continue
        ;;
      end)
        # Not every shell that cannot take these lines in says so.
        strangers_sure=$strangers_looked
        break
        ;;
    esac
    # /proc/PID/maps:FROM-TO
    strangers_pid=${strangers_at#/proc/} strangers_range=${strangers_at#*:}
    strangers_pid=${strangers_pid%%/*}
    # Most lines repeat the one before; a process may also map the file that is there now and an older one.
    [ "$strangers_pid" != "$strangers_last" ] || continue
    [ "$strangers_pid $strangers_inode $strangers_file" != "$strangers_line" ] || continue
    strangers_line="$strangers_pid $strangers_inode $strangers_file"
    strangers_why=other-root
    case $strangers_file in
      "$1") ;;
      "$1 (deleted)") strangers_why=deleted ;;
      *"$1" | *"$1 (deleted)")
        # Another file, unless the beginning is the root of the process.
        strangers_root=${strangers_file% (deleted)}
        strangers_root=${strangers_root%"$1"}
        [ "$strangers_rooted" = "$strangers_pid" ] || strangers_is=$(readlink "/proc/$strangers_pid/root" 2>/dev/null)
        strangers_rooted=$strangers_pid
        [ "$strangers_is" = "$strangers_root" ] || continue
        case $strangers_file in *' (deleted)') strangers_why=deleted ;; esac
        ;;
      *) continue ;;
    esac
    strangers_key=$strangers_device:$strangers_inode
    case $strangers_snapshots$strangers_device in
      yes* | 00:*) strangers_key=$strangers_key:$(readlink "/proc/$strangers_pid/ns/mnt" 2>/dev/null) ;;
    esac
    know_stranger "$strangers_key" "$1"
    [ "$strangers_found" != gone ] || continue
    [ "$strangers_found" != "$strangers_id" ] || continue
    strangers_last=$strangers_pid
    strangers=$((strangers + 1))
    [ "$strangers" -gt "$most_strangers" ] || stranger "$strangers_pid" "$strangers_found" "$strangers_why"
  done <<LINES
$strangers_lines
end
LINES
}
# Whether all processes can be looked at: mostly only root may. Those without memory of a user's, such as kernel threads and
# zombies, map nothing. The first process of a sandbox may be closed even to root: then $strangers_hidden is `init`.
sees_all_processes() {
  strangers_hidden=''
  [ -d /proc/1 ] || return 1
  for strangers_folder in /proc/[0-9]*; do
    # Not `:`, which would end the shell where the file cannot be opened.
    { true <"$strangers_folder/maps"; } 2>/dev/null && continue
    strangers_pages=0
    { read -r strangers_pages _ <"$strangers_folder/statm"; } 2>/dev/null
    [ "$strangers_pages" != 0 ] || continue
    if [ "$strangers_folder" != /proc/1 ] || [ "$(id -u)" != 0 ]; then return 1; fi
    # shellcheck disable=SC2034 # Not all want to know it.
    strangers_hidden=init
  done
}
# The build-id of the file that a line of maps names, in $strangers_found: `-` where it cannot be read, `gone` where the process has
# ended. $1 tells the file from others of the path $2; each is read once.
know_stranger() {
  case $strangers_known in
    *" $1="*)
      strangers_found=${strangers_known#* "$1"=}
      strangers_found=${strangers_found%% *}
      return
      ;;
  esac
  strangers_from=${strangers_range%-*} strangers_to=${strangers_range#*-}
  # The names of links have no zeros in front.
  while :; do case $strangers_from in 0?*) strangers_from=${strangers_from#0} ;; *) break ;; esac done
  while :; do case $strangers_to in 0?*) strangers_to=${strangers_to#0} ;; *) break ;; esac done
  read_build_id "/proc/$strangers_pid/map_files/$strangers_from-$strangers_to"
  # A kernel without map_files, or one that shows them to root only.
  if [ -z "$build_id" ] && [ "$(readlink "/proc/$strangers_pid/exe" 2>/dev/null)" = "$strangers_file" ]; then
    read_build_id "/proc/$strangers_pid/exe"
  fi
  if [ -z "$build_id" ] && [ "$(stat -L -c %i "/proc/$strangers_pid/root$2" 2>/dev/null)" = "$strangers_inode" ]; then
    read_build_id "/proc/$strangers_pid/root$2"
  fi
  strangers_found=${build_id:--}
  if [ "$strangers_found" = - ] && [ ! -e "/proc/$strangers_pid/maps" ]; then
    strangers_found=gone
    return
  fi
  strangers_known="$strangers_known $1=$strangers_found "
}
