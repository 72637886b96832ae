const SLICE_MS = 250;

/** Tells, for each slice of time, whose speaker meters moved: the platform's own mark of who is speaking. */
function watchMeters(outlet: Outlet): void {
  const marks = options.meters;
  if (!marks || window !== window.top) return;
  const moved = new Set<string>();
  const observer = new MutationObserver((records) => {
    for (const { target } of records) {
      if (!(target instanceof Element) || !target.matches(marks.meter)) continue;
      const id = target.closest(marks.tile)?.getAttribute(marks.idAttribute);
      if (id) moved.add(id);
    }
  });
  observer.observe(document, { subtree: true, attributes: true, attributeFilter: ['class'] });
  setInterval(() => {
    if (moved.size === 0) return;
    outlet.event({ k: 'speaking', ids: [...moved].slice(0, 100) });
    moved.clear();
  }, SLICE_MS);
}
