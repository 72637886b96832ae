// Evaluated in the page when a question is asked; see platforms/batched-evaluate.ts.

interface SeenTranscriptItem {
  name: string;
  time: string;
  text: string;
}

/** The items of Zoom's full transcript that are drawn, the oldest first: only the first of a run says whose it is. */
export function zoomTranscript(css: { item: string; name: string; time: string; text: string }): SeenTranscriptItem[] {
  const textOf = (item: Element, part: string) =>
    (item.querySelector(part)?.textContent ?? '').replaceAll(/\s+/g, ' ').trim();
  return [...document.querySelectorAll(css.item)].map((item) => ({
    name: textOf(item, css.name),
    time: textOf(item, css.time),
    text: textOf(item, css.text),
  }));
}
