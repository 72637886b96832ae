import type { InPageMarks } from '../page-protocol/options.ts';
import type { FrameBatcher } from './frame-batcher.ts';
import { tellSpeaking } from './tell-speaking.ts';

const SLICE_MS = 250;

/** Reports, for each slice of time, whose speaker meters moved or stand at speaking: the platform's own mark of it. */
export function watchSpeakingIndicators(batcher: FrameBatcher, marks: InPageMarks['indicators']): void {
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
