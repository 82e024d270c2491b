/** Shows only the rows of a table that hold all the words of its search field, and says how many those are. */
export function filterTables(page: Document): void {
  for (const input of page.querySelectorAll<HTMLInputElement>('input[data-filter]')) {
    const id = input.dataset['filter'] ?? '';
    const rows = [...(page.getElementById(id)?.querySelectorAll('tbody tr') ?? [])];
    const status = page.getElementById(`${id}-shown`);
    input.addEventListener('input', () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent?.toLowerCase() ?? '';
        const fits = words.every(word => text.includes(word));
        row.toggleAttribute('hidden', !fits);
        if (fits) shown++;
      }
      if (status !== null) status.textContent = words.length === 0 ? '' : `${shown} of ${rows.length}`;
    });
  }
}
