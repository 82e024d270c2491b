import { execFileSync } from 'node:child_process';

/** What awk makes of files: its lines, sorted. */
export function awk(program: string, files: readonly string[], ...options: string[]): readonly string[] {
  return execFileSync('awk', [...options, program, ...files], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .sort();
}

/** Of outputs of the shipped ioread_top5, a file a host: `EXECNAME HOSTS COUNT BYTES`, summed up. */
export function awkReads(files: readonly string[]): readonly string[] {
  const program = `FNR == 1 { total = 0 }
    /^END:/ { total = 1; next }
    total { count[$2] += $3; bytes[$2] += $4; if (!(($2, FILENAME) in seen)) { seen[$2, FILENAME]; hosts[$2]++ } }
    END { for (name in count) print name, hosts[name], count[name], bytes[name] }`;
  return awk(program, files, '-F---');
}

/** Of outputs with histograms, each behind a line that is its title: `TITLE VALUE COUNT`, without the rows of zeros. */
export function awkHistograms(files: readonly string[]): readonly string[] {
  const program = String.raw`/\|-+ count$/ { title = before; next }
    /\|@* +[0-9]+$/ { split($0, part, "|"); gsub(/ /, "", part[1]); gsub(/[@ ]/, "", part[2]); sum[title " " part[1]] += part[2] }
    { before = $0 }
    END { for (bucket in sum) if (sum[bucket] > 0) print bucket, sum[bucket] }`;
  return awk(program, files);
}
