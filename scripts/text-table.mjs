/** Rows of cells as lines of columns: the first one to the left, the others, of which numbers are rounded seconds, to the right. */
export function textTable(rows) {
  const texts = rows.map(row => row.map(cell => (typeof cell === 'number' ? cell.toFixed(1) : cell)));
  const widths = texts[0].map((_, column) => Math.max(...texts.map(row => row[column].length)));
  const line = row =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])));
  return texts.map(row => `${line(row).join('  ').trimEnd()}\n`).join('');
}
