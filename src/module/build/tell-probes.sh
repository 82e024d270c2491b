# shellcheck shell=sh
# Tells where a module has breakpoints in user space, by the C that stap has made it from and, with `-k`, leaves in its temporary
# folder. Nothing is told where there is no such C, or where it has such probes in a form that is not known here.

# In the build's folder. The lines of C are read by read-generated-probes.ts.
tell_probes() {
  generated=''
  for folder in stap*/; do
    [ ! -f "$folder${module}_src.c" ] || generated=$folder
  done
  [ -n "$generated" ] || return 0
  # One line for each probe: what differs between those of one file is left out.
  sed -n '/^static struct stap[a-z_]* stap_[a-z_]*uprobe_[a-z]*\[\] = {/,/^};/{
s/ *\.return_p=1,//
s/ *\.offset=(loff_t)0x.*//
s/^  *{/{/
/^{/p
}' "$generated${module}_src.c" | sort -u >.probes
  lines=$(wc -l <.probes)
  if [ "$lines" -gt 0 ]; then
    tell_lines probe <.probes
    # stap 4.3 and older have them in a header.
    for file in "${generated}stap_symbols.c" "${generated}stap-symbols.h"; do
      [ ! -f "$file" ] || sed -n -e '/^\.name = "\//p' -e '/^\.path = "/p' -e '/^\.build_id_bits/p' -e '/^\.build_id_len/p' "$file"
    done | tell_lines symbol
  elif grep -q '^ *#include "[a-z/]*uprobes' "$generated${module}_src.c"; then
    return 0
  fi
  say "probes $((lines))"
}
tell_lines() { while IFS= read -r line; do say "$1 $line"; done; }
