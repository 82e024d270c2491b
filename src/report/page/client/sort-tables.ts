/** Makes a button of each heading of a sortable table: the first press sorts numbers from the greatest, texts from A. */
export function sortTables(page: Document): void {
  for (const table of page.querySelectorAll<HTMLTableElement>('table[data-sortable]')) {
    const headings = [...table.querySelectorAll<HTMLTableCellElement>('thead th')];
    for (const [column, heading] of headings.entries()) {
      const button = page.createElement('button');
      button.type = 'button';
      button.textContent = heading.textContent;
      button.addEventListener('click', () => {
        const isNumber = heading.classList.contains('number');
        const before = heading.getAttribute('aria-sort');
        const direction =
          before === null
            ? isNumber
              ? 'descending'
              : 'ascending'
            : before === 'ascending'
              ? 'descending'
              : 'ascending';
        for (const other of headings) other.removeAttribute('aria-sort');
        heading.setAttribute('aria-sort', direction);
        sortRows(table, column, isNumber, direction === 'ascending' ? 1 : -1);
      });
      heading.replaceChildren(button);
    }
  }
}

function sortRows(table: HTMLTableElement, column: number, isNumber: boolean, sign: 1 | -1): void {
  const body = table.tBodies[0];
  if (body === undefined) return;
  const rows = [...body.rows].map(row => {
    const cell = row.cells[column];
    // Cells that show fewer digits have them all as data.
    return { row, text: cell?.dataset['value'] ?? cell?.textContent ?? '' };
  });
  const collator = new Intl.Collator(undefined, { numeric: true });
  rows.sort((left, right) => {
    // What has no value stands last either way.
    if (left.text === '' || right.text === '') return Number(left.text === '') - Number(right.text === '');
    return sign * (isNumber ? Number(left.text) - Number(right.text) : collator.compare(left.text, right.text));
  });
  body.append(...rows.map(({ row }) => row));
}
