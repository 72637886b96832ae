const SLICE_MS = 250;
const MAX_SPEAKERS = 100;
/** Of an id, in characters. Nobody is called that; one who is shall not cost the others their marks. */
const LONGEST_ID = 4096;

/** Reports, for each slice of time, whose speaker meters moved or stand at speaking: the platform's own mark of it. */
function watchSpeakingIndicators(batcher: FrameBatcher): void {
  const marks = options.indicators;
  if (!marks || window !== window.top) return;
  const moved = new Set<string>();
  const note = (indicator: Element) => {
    const id = indicator.closest(marks.tile)?.getAttribute(marks.idAttribute);
    if (id) moved.add(id);
  };
  const { speaking } = marks;
  if (speaking === undefined) {
    const observer = new MutationObserver((records) => {
      for (const { target } of records) if (target instanceof Element && target.matches(marks.indicator)) note(target);
    });
    observer.observe(document, { subtree: true, attributes: true, attributeFilter: ['class'] });
  }
  setInterval(() => {
    if (speaking !== undefined) for (const indicator of document.querySelectorAll(speaking)) note(indicator);
    tellSpeaking(batcher, moved);
    moved.clear();
  }, SLICE_MS);
}

function tellSpeaking(batcher: FrameBatcher, ids: ReadonlySet<string>): void {
  const told = [...ids].filter((id) => id.length <= LONGEST_ID).slice(0, MAX_SPEAKERS);
  if (told.length > 0) batcher.event({ k: 'speaking', t: now(), ids: told });
}
