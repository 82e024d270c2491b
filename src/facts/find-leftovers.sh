# shellcheck shell=sh
# The supervisors' folders on a target: their run and owner, whether the run is live, and whether its module is loaded.

find_leftovers() {
  supervisors=''
  looked=''
  for folder in /tmp/tapbook-[0-9]*T[0-9]*Z-*-* /var/tmp/tapbook-[0-9]*T[0-9]*Z-*-*; do
    if [ ! -d "$folder" ] || [ -L "$folder" ]; then continue; fi
    if [ -z "$looked" ]; then
      looked=yes
      # A supervisor has its run among its arguments. The brackets keep grep from finding itself.
      supervisors=$(grep -l '[t]apbook-supervisor' /proc/[0-9]*/cmdline | while IFS= read -r file; do
        tr '\0\n' '\n ' <"$file" | sed -n '/^tapbook-supervisor$/{n;n;n;p;}'
      done | tr '\n' ' ')
      # Where process 1 is hidden, other users' supervisors may be, too.
      everybody=hidden
      [ ! -r /proc/1/cmdline ] || everybody=seen
    fi
    run=$(basename "$folder" | sed 's/^tapbook-//; s/-[^-]*$//')
    state=unknown
    [ "$everybody" = hidden ] || state=over
    case " $supervisors " in *" $run "*) state=live ;; esac
    module=-
    for file in "$folder"/*.ko; do
      file=$(basename "$file" .ko)
      [ ! -d "/sys/module/$file" ] || module=$file
    done
    put leftover "$state $(stat -c %U "$folder") $module $folder"
  done
}
