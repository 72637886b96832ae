// The accessible name of an element, as https://www.w3.org/TR/accname-1.2/ has it and browsers compute it, in what decides
// which control is meant. Held small: a page reads it with each question that it is asked.

/** Characters; what is longer tells controls no better apart. */
export const LONGEST_NAME = 200;
/** Roles that are asked for what they say: the heading that labels one says less. */
const SPEAKING = '[role="alert"], [role="alertdialog"], [role="status"], [role="dialog"], [role="log"]';

/** What a person is told an element is. */
export function nameOf(element: Element): string {
  const own = labelOf(element) || tidy(textWithin(element, LONGEST_NAME)) || spareNameOf(element);
  return own.replaceAll('\u2019', "'").slice(0, LONGEST_NAME);
}

/** One line, without the private characters that fonts draw icons for. */
export function tidy(text: string): string {
  return text
    .replace(/[\uE000-\uF8FF]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The name that somebody gave it; an empty one is none, and hides no text. */
function labelOf(element: Element): string {
  const ids = element.getAttribute('aria-labelledby');
  const byReference = ids && !element.matches(SPEAKING) ? referredName(element, ids.split(/\s+/)) : '';
  if (byReference) return byReference;
  const given = tidy(element.getAttribute('aria-label') ?? '');
  if (given) return given;
  if (!element.matches('input, button, select, textarea, img, area, meter, output, progress')) return '';
  const { labels, type, value } = element as HTMLInputElement;
  const byLabel = tidy(Array.from(labels ?? [], (label) => textWithin(label, LONGEST_NAME)).join(' '));
  if (byLabel) return byLabel;
  if (element.matches('img, area, input[type="image" i]')) return tidy(element.getAttribute('alt') ?? '');
  if (!element.matches('input:is([type="submit" i], [type="reset" i], [type="button" i])')) return '';
  if (element.hasAttribute('value')) return tidy(value);
  // Without one such a button says what the browser has it say, in the browser's language.
  return { submit: 'Submit', reset: 'Reset' }[type] ?? '';
}

export function referredName(element: Element, ids: readonly string[]): string {
  const root = element.getRootNode() as Document | ShadowRoot;
  const referred = ids.flatMap((id) => root.getElementById(id) ?? []);
  const names = referred.map((each) => each.getAttribute('aria-label') || textWithin(each, LONGEST_NAME));
  return tidy(names.join(' '));
}

/** What is left to go by where there is neither label nor text. */
function spareNameOf(element: Element): string {
  const drawn = element.querySelector(':scope > svg > title, :scope > title')?.textContent;
  const spare = [element.getAttribute('title'), element.getAttribute('placeholder'), drawn, drawnText(element)];
  if (element.matches('input[type="image" i]')) spare.push('Submit');
  return spare.map((text) => tidy(text ?? '')).find((text) => text !== '') ?? '';
}

/** What its style draws before and after a control. */
function drawnText(element: Element): string {
  if (!element.matches('button, a, summary, [role="button"], [role="link"]')) return '';
  const drawn = ['::before', '::after'].map((side) => getComputedStyle(element, side).content);
  return drawn.map((content) => /^"((?:[^"\\]|\\.)*)"/.exec(content)?.[1] ?? '').join(' ');
}

/** The text that a person finds within an element, what is slotted into it included; about `limit` characters. */
export function textWithin(element: Element, limit: number): string {
  // A page's text is mostly in elements that hold nothing else.
  const isSlot = element instanceof HTMLSlotElement;
  if (!isSlot && element.childElementCount === 0 && !element.shadowRoot) return element.textContent ?? '';
  const slotted = isSlot ? element.assignedNodes() : [];
  const nodes = slotted.length > 0 ? slotted : (element.shadowRoot ?? element).childNodes;
  let text = '';
  for (const node of nodes) {
    if (text.length > 2 * limit) break;
    if (node instanceof Text) text += node.data;
    else if (node instanceof Element) text += textOfChild(node, limit);
  }
  return text;
}

function textOfChild(element: Element, limit: number): string {
  if (element instanceof HTMLBRElement) return ' ';
  if (element.matches('[aria-hidden="true"], script, style, template, noscript, input, textarea, select')) return '';
  const { display, visibility } = getComputedStyle(element);
  if (display === 'none' || visibility !== 'visible') return '';
  const text = labelOf(element) || textWithin(element, limit) || element.getAttribute('title') || '';
  return display === 'inline' || display === 'contents' ? text : ` ${text} `;
}
