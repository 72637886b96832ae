import { el } from '/lab/engine/dom.js';

const silent = 'gjg47c';
// From soft to loud, as platforms.md lists them; their order on the real page is not known.
const loudness = ['Oaajhc', 'HX2H7', 'wEsLMd', 'OgVli'];
const loudest = 0.4;

/** A speaker meter: its class changes with every level that arrives, and stays while there is none. */
export function createMeter({ bars }) {
  const children = Array.from({ length: bars }, () => el('div', { class: 'bar-of-meter' }));
  const element = el('div', { jsname: 'QgSmzd', class: `IisKdb ${silent}` }, ...children);
  let step = -1;
  return {
    element,
    hear(level) {
      const wanted = Math.min(Math.floor((level / loudest) * loudness.length), loudness.length - 1);
      // The real meter flickers while somebody speaks: an unchanged level moves to the neighbouring step.
      step = wanted === step ? (step + 1) % loudness.length : wanted;
      element.className = `IisKdb ${loudness[step]}`;
    },
    rest() {
      step = -1;
      element.className = `IisKdb ${silent}`;
    },
  };
}
