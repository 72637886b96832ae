const SLICE_MS = 250;

/** Tells, for each slice of time, whose speaker meters moved or stand at speaking: the platform's own mark of it. */
function watchMeters(outlet: Outlet): void {
  const marks = options.meters;
  if (!marks || window !== window.top) return;
  const moved = new Set<string>();
  const note = (meter: Element) => {
    const id = meter.closest(marks.tile)?.getAttribute(marks.idAttribute);
    if (id) moved.add(id);
  };
  const { speaking } = marks;
  if (speaking === undefined) {
    const observer = new MutationObserver((records) => {
      for (const { target } of records) if (target instanceof Element && target.matches(marks.meter)) note(target);
    });
    observer.observe(document, { subtree: true, attributes: true, attributeFilter: ['class'] });
  }
  setInterval(() => {
    if (speaking !== undefined) for (const meter of document.querySelectorAll(speaking)) note(meter);
    if (moved.size === 0) return;
    outlet.event({ k: 'speaking', t: now(), ids: [...moved].slice(0, 100) });
    moved.clear();
  }, SLICE_MS);
}
