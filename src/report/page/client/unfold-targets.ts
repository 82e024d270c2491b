/** Opens the folded part that a link leads into: not every browser does so by itself. */
export function unfoldTargets(page: Document): void {
  const unfold = (): void => {
    const target = page.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target?.closest('details');
    if (target === null || folded === null || folded === undefined || folded.open) return;
    folded.open = true;
    target.scrollIntoView();
  };
  window.addEventListener('hashchange', unfold);
  unfold();
}
