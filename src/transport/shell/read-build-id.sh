# shellcheck shell=sh
# `read_build_id FILE` puts the build-id of an ELF file into $build_id, as hexadecimal digits, and says in $id_problem why there is
# none: missing | not-a-file | unreadable | no-od | not-elf | no-build-id. It walks the program headers to the notes, as the
# kernel's loader would find them (elf(5)): a search for bytes that look right could find those of another file within.
# $elf_order is 1 where the lowest byte of a number comes first. Needs the usual IFS; prints nothing.

# What is read of one file: entries of its program headers, segments of notes, and bytes of each.
most_headers=128 most_notes=8 most_note=4096

# The bytes of $1 from offset $2 on, $3 of them, in $elf_bytes as decimal numbers. od reads ahead, but not far.
read_elf() { elf_bytes=$(od -An -v -tu1 -j "$2" -N "$3" <"$1" 2>/dev/null); }
# The number of these bytes in $number; one that is too large for an offset is negative, or beyond every file.
number_of() {
  number=0
  if [ "$elf_order" = 1 ]; then
    place=1
    for byte in "$@"; do
      number=$((number + byte * place))
      place=$((place * 256))
    done
  else
    for byte in "$@"; do number=$((number * 256 + byte)); done
  fi
}
# $1 rounded up to a multiple of $2, in $number.
align() { number=$((($1 + $2 - 1) / $2 * $2)); }

read_build_id() {
  build_id='' id_problem=''
  if [ ! -e "$1" ]; then id_problem=missing
  elif [ ! -f "$1" ]; then id_problem=not-a-file
  elif [ ! -r "$1" ]; then id_problem=unreadable
  elif ! command -v od >/dev/null 2>&1; then id_problem=no-od
  elif ! find_note_segments "$1"; then id_problem=${id_problem:-not-elf}
  elif ! find_build_id "$1"; then id_problem=no-build-id
  fi
}
# `OFFSET BYTES ALIGNMENT` of each segment of notes, in $elf_notes.
find_note_segments() {
  elf_notes='' elf_file=$1
  read_elf "$1" 0 64
  [ -n "$elf_bytes" ] || [ ! -s "$1" ] || id_problem=unreadable
  # shellcheck disable=SC2086 # one word for each byte
  set -- $elf_bytes
  # 32 bits: 52 bytes. Class and order are 1 or 2.
  [ $# -ge 52 ] && [ "$1 $2 $3 $4" = '127 69 76 70' ] || return 1
  elf_class=$5 elf_order=$6
  case $elf_class$elf_order in
    1[12]) number_of "${29}" "${30}" "${31}" "${32}" ;;
    2[12])
      [ $# -eq 64 ] || return 1
      number_of "${33}" "${34}" "${35}" "${36}" "${37}" "${38}" "${39}" "${40}"
      ;;
    *) return 1 ;;
  esac
  elf_offset=$number elf_entry=32
  if [ "$elf_class" = 1 ]; then
    number_of "${43}" "${44}" && [ "$number" = 32 ] || return 1
    number_of "${45}" "${46}"
  else
    elf_entry=56
    number_of "${55}" "${56}" && [ "$number" = 56 ] || return 1
    number_of "${57}" "${58}"
  fi
  [ "$elf_offset" -ge 0 ] && [ "$number" -ge 1 ] || return 0
  elf_size=$((number * elf_entry))
  [ "$number" -le "$most_headers" ] || elf_size=$((most_headers * elf_entry))
  read_elf "$elf_file" "$elf_offset" "$elf_size"
  # shellcheck disable=SC2086
  set -- $elf_bytes
  elf_found=0
  while [ $# -ge "$elf_entry" ] && [ "$elf_found" -lt "$most_notes" ]; do
    number_of "$1" "$2" "$3" "$4"
    # PT_NOTE
    if [ "$number" = 4 ]; then
      elf_found=$((elf_found + 1))
      if [ "$elf_class" = 1 ]; then
        number_of "$5" "$6" "$7" "$8" && elf_notes="$elf_notes $number"
        number_of "${17}" "${18}" "${19}" "${20}" && elf_notes="$elf_notes $number"
        number_of "${29}" "${30}" "${31}" "${32}" && elf_notes="$elf_notes $number"
      else
        number_of "$9" "${10}" "${11}" "${12}" "${13}" "${14}" "${15}" "${16}" && elf_notes="$elf_notes $number"
        number_of "${33}" "${34}" "${35}" "${36}" "${37}" "${38}" "${39}" "${40}" && elf_notes="$elf_notes $number"
        number_of "${49}" "${50}" "${51}" "${52}" "${53}" "${54}" "${55}" "${56}" && elf_notes="$elf_notes $number"
      fi
    fi
    shift "$elf_entry"
  done
}
# The first note of type 3 (NT_GNU_BUILD_ID) by GNU.
find_build_id() {
  elf_file=$1
  # shellcheck disable=SC2086
  set -- $elf_notes
  while [ $# -ge 3 ]; do
    if [ "$1" -ge 0 ] && [ "$2" -ge 16 ]; then
      elf_size=$2 elf_align=4
      [ "$elf_size" -le "$most_note" ] || elf_size=$most_note
      [ "$3" != 8 ] || elf_align=8
      read_elf "$elf_file" "$1" "$elf_size"
      if look_through_notes; then return 0; fi
    fi
    shift 3
  done
  return 1
}
look_through_notes() {
  # shellcheck disable=SC2086
  set -- $elf_bytes
  while [ $# -ge 16 ]; do
    number_of "$1" "$2" "$3" "$4"
    elf_name=$number
    number_of "$5" "$6" "$7" "$8"
    elf_size=$number
    number_of "$9" "${10}" "${11}" "${12}"
    [ "$elf_name" -le "$most_note" ] && [ "$elf_size" -le "$most_note" ] || return 1
    align $((12 + elf_name)) "$elf_align"
    elf_at=$number
    align $((elf_at + elf_size)) "$elf_align"
    elf_next=$number
    if [ "$elf_name ${13} ${14} ${15} ${16}" = '4 71 78 85 0' ] && is_type_3 "$9" "${10}" "${11}" "${12}"; then
      [ "$elf_size" -ge 1 ] && [ "$elf_size" -le 64 ] && [ $# -ge $((elf_at + elf_size)) ] || return 1
      shift "$elf_at"
      elf_rest=$(($# - elf_size))
      # printf takes its words one after another.
      build_id=$(printf '%02x' "$@")
      while [ "$elf_rest" -gt 0 ]; do
        build_id=${build_id%??}
        elf_rest=$((elf_rest - 1))
      done
      return 0
    fi
    [ $# -ge "$elf_next" ] || return 1
    shift "$elf_next"
  done
  return 1
}
is_type_3() {
  number_of "$@"
  [ "$number" = 3 ]
}
