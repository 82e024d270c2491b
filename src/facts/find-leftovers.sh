# shellcheck shell=sh
# The supervisors' folders on a target: their run and owner, whether the run is live, and whether its module is loaded. Anybody
# there may make folders and processes with such names: what does not belong to root, to our user or to $become is not looked
# into, each question is one process however many there are, and what is beyond a number is only counted.

# The most folders and supervisors of ours that are looked at, and the most of others that are named.
most_ours=200 most_others=10
# `list ours|others NAME FOLDER...`: the folders with such a name, without links, and without names that none of ours has.
list() {
  not='' name=$2
  [ "$1" = ours ] || not='!'
  shift 2
  # shellcheck disable=SC2086
  find "$@" ! -name . -prune -name "$name" ! -name '*[!A-Za-z0-9_-]*' -type d \
    $not \( -user 0 -o -user "$uid" -o -user "$become" \) -print
}
list_folders() { list "$1" 'tapbook-[0-9]*T[0-9]*Z-*-*' /tmp/. /var/tmp/.; }
# `RUN MODULE` of each supervisor, which has them among its arguments. The brackets keep grep from finding itself.
list_supervisors() {
  list "$1" '[0-9]*' /proc/. | sed 's/$/\/cmdline/' | xargs grep -l '[t]apbook-supervisor' | head -n "$2" |
    while IFS= read -r file; do
      tr '\0\n' '\n ' <"$file" | sed -n '/^tapbook-supervisor$/{n;n;n;N;s/\n/ /p;}'
    done
}
find_leftovers() {
  for folder in /tmp/tapbook-[0-9]*T[0-9]*Z-*-* /var/tmp/tapbook-[0-9]*T[0-9]*Z-*-*; do
    [ ! -d "$folder" ] || { look_closer; break; }
  done
}
look_closer() {
  # Its programs are ended if they hang.
  step leftovers
  begun=0 ended=0
  read -r begun _ </proc/uptime
  # find takes no name that is not known here.
  { [ -n "$become" ] && find / -prune -user "$become" >/dev/null; } || become=$uid
  # The first ones by their names, so that what cannot be removed is seen again; then how many there are.
  folders=$(list_folders ours | sort | sed -n "1,${most_ours}p;\$=")
  others=$(list_folders others | head -n 10000 | sed -n "1,${most_others}p;\$=")
  supervisors=$newline$(list_supervisors ours $((most_ours + 1)))$newline
  supervisors_of_others=$newline$(list_supervisors others "$most_others")$newline
  read -r ended _ </proc/uptime
  usual=over
  # Where process 1 is hidden, our user's supervisors may be, too.
  [ -r /proc/1/cmdline ] || usual=unknown
  # shellcheck disable=SC2086
  set -- $supervisors
  [ $# -le $((most_ours * 2)) ] || usual=unknown
  if [ $((${ended%.*} - ${begun%.*})) -lt "$patience" ]; then
    # The last line of each is a number.
    put leftovers.ours "0${folders##*"$newline"}"
    put leftovers.others "0${others##*"$newline"}"
  else
    usual=unknown
    put leftovers.slow yes
  fi
  IFS=$newline
  # shellcheck disable=SC2046,SC2086
  set -- $(stat -c '%U %n' ${folders%"$newline"*})
  for found in "$@"; do tell_leftover "$usual" "$supervisors" "$found"; done
  # shellcheck disable=SC2046,SC2086
  set -- $(stat -c '%U %n' ${others%"$newline"*})
  for found in "$@"; do tell_leftover others "$supervisors_of_others" "$found"; done
  unset IFS
  step facts
}
# `tell_leftover over|unknown|others SUPERVISORS 'OWNER FOLDER'`.
tell_leftover() {
  state=$1 module=- owner=${3%% *} place=${3#* }
  folder=${place##*/}
  run=${folder#tapbook-}
  run=${run%-*}
  case $2 in *"$newline$run "*) state=live ;; esac
  case $1$state in
    # What it has loaded is known by its word only.
    otherslive)
      module=${2#*"$newline$run "}
      module=${module%%"$newline"*}
      [ -d "/sys/module/$module" ] || module=-
      ;;
    others*) state=unknown ;;
    *)
      for file in "$place"/*.ko; do
        file=${file##*/}
        file=${file%.ko}
        [ ! -d "/sys/module/$file" ] || module=$file
      done
      ;;
  esac
  put leftover "$state $owner $module ${place%/./*}/$folder"
}
