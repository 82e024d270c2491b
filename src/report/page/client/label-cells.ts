/**
 * Gives each cell the heading of its column, which the style shows beside it where the screen is too narrow for a row. Such rows are
 * no table to a browser any more, so that they are told to be one.
 */
export function labelCells(page: Document): void {
  for (const table of page.querySelectorAll<HTMLTableElement>('table[data-cards]')) {
    const headings = [...table.querySelectorAll('thead th')].map(({ textContent }) => textContent ?? '');
    table.setAttribute('role', 'table');
    for (const part of table.querySelectorAll('thead, tbody, tfoot')) part.setAttribute('role', 'rowgroup');
    for (const row of table.rows) {
      row.setAttribute('role', 'row');
      for (const [index, cell] of [...row.cells].entries()) {
        const isHeading = cell.tagName === 'TH';
        cell.setAttribute('role', isHeading ? (cell.scope === 'col' ? 'columnheader' : 'rowheader') : 'cell');
        cell.dataset['label'] = headings[index] ?? '';
      }
    }
    table.dataset['cards'] = 'ready';
  }
}
