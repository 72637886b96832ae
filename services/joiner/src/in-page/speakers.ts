const SPEAKER_SLICE_MS = 250;

/** Reports, for each slice of time, beside whom the page shows its mark of speaking; people are known by their names. */
function watchSpeakers(batcher: FrameBatcher): void {
  const places = options.speakers;
  if (!places) return;
  setInterval(() => {
    const ids = new Set<string>();
    for (const { mark, holder, name } of places) {
      for (const found of document.querySelectorAll(mark)) {
        const text = found.closest(holder)?.querySelector(name)?.textContent?.trim();
        if (text) ids.add(`name:${text}`);
      }
    }
    tellSpeaking(batcher, ids);
  }, SPEAKER_SLICE_MS);
}
