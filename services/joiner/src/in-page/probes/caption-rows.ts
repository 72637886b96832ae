// Evaluated in the page when a question is asked; see platforms/batched-evaluate.ts.

interface SeenCaption {
  key: string;
  speaker: string;
  text: string;
}

/** Numbers of elements. Whoever asks keeps it: the page cannot find it. */
interface CaptionMemory {
  numbers: WeakMap<Element, number>;
  next: number;
}

interface CaptionMarks {
  region: string;
  text: string;
  speaker: string;
  /** Where the page counts its rows; else the element of the text, which is written anew in place, tells them apart. */
  row?: { holder: string; idAttribute: string };
}

/** The rows of captions that are drawn. The speaker stands in the smallest element around the text that has one. */
export function captionRows(css: CaptionMarks, memory: CaptionMemory): SeenCaption[] {
  return [...document.querySelectorAll(css.region)].flatMap((region) =>
    [...region.querySelectorAll(css.text)].map((text) => {
      let row: Element = text;
      while (!row.querySelector(css.speaker) && row.parentElement && row.parentElement !== region) {
        // What has another row's text as well is no row.
        if (row.parentElement.querySelectorAll(css.text).length > 1) break;
        row = row.parentElement;
      }
      if (!memory.numbers.has(text)) memory.numbers.set(text, (memory.next += 1));
      const id = css.row && text.closest(css.row.holder)?.getAttribute(css.row.idAttribute);
      return {
        key: id ? `row ${id}` : `element ${memory.numbers.get(text)}`,
        speaker: row.querySelector(css.speaker)?.textContent?.trim() ?? '',
        text: text.textContent?.replaceAll(/\s+/g, ' ').trim() ?? '',
      };
    }),
  );
}
