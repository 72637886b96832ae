import { isShown, openRoots } from './look.ts';
import { LONGEST_NAME, nameOf, referredName, textWithin, tidy } from './name-of.ts';

// What a page of an unknown make has for whoever wants in, as the page itself knows it: what it means is decided outside.

interface SeenControl {
  kind: 'field' | 'button' | 'box' | 'frame';
  name: string;
  /** Its other texts, for whoever fills it in or programs it. */
  hints: string[];
  isEnabled: boolean;
  /** Whether a press at its middle would not reach it. */
  isCovered: boolean;
  /** Whether it floats above the page, as dialogs and banners do. */
  isFloating: boolean;
  /** Number of the form it belongs to; -1 for none. */
  form: number;
  /** Whether it is the form's own way to be sent. */
  isSubmit: boolean;
  /** Of a box: whether it is ticked. Of a field: whether anything is in it. */
  isSet: boolean;
  isRequired: boolean;
  /** Of a link: that it is drawn like a button. */
  isButtonLike: boolean;
  /** Whether it is in a part that leads about a site. */
  isAside: boolean;
  /** What is wrong with it, in the page's words or the browser's. */
  complaint: string;
  /** Square pixels. */
  area: number;
  /** Numbers of the elements it is in, the outermost first: two that share more of them are nearer to each other. */
  path: number[];
}

interface Survey {
  elements: Element[];
  controls: SeenControl[];
  /** The texts around the fields, and of what calls for attention. */
  lines: string[];
}

const MAX_CONTROLS = 200;
const MAX_LINES = 60;
/** Pixels: a frame that is smaller shows nobody an entrance. */
const SMALLEST_FRAME = 40;
const FIELDS =
  'input:not([type]), input:is([type="text" i], [type="name" i], [type=""]), [role="textbox"]:not(textarea)';
const BOXES = 'input[type="checkbox" i], [role="checkbox"], [role="switch"]';
const BUTTONS =
  'button, input:is([type="submit" i], [type="button" i], [type="image" i]), a[href], summary, ' +
  '[role="button"], [role="link"], [onclick], [tabindex]:not([tabindex="-1"], input, textarea, select, iframe, video)';
/** Where pages write what went wrong, or ask for attention. */
const NOTICES =
  '[role="alert"], [role="alertdialog"], [role="dialog"], dialog[open], [aria-live="assertive"], ' +
  ':is([class*="toast" i], [class*="alert" i], [class*="error" i], [class*="invalid" i], [class*="warn" i])';
/** Levels above a field within which a page says what is wrong with it. */
const NEAR = 4;

export function surveyEntrance(): Survey {
  const elements: Element[] = [];
  const controls: SeenControl[] = [];
  const roots = openRoots();
  if (innerWidth < SMALLEST_FRAME || innerHeight < SMALLEST_FRAME) return { elements, controls, lines: [] };
  const numbers = new Map<Node, number>();
  const numberOf = (node: Node) => numbers.get(node) ?? (numbers.set(node, numbers.size), numbers.size - 1);
  const take = (kind: SeenControl['kind'], css: string) => {
    for (const element of roots.flatMap((root) => [...root.querySelectorAll(css)])) {
      if (controls.length >= MAX_CONTROLS || elements.includes(element)) continue;
      if (!isShown(element) && !(kind === 'box' && shownLabel(element))) continue;
      elements.push(element);
      controls.push(describe(element, kind, numberOf));
    }
  };
  take('field', FIELDS);
  take('box', BOXES);
  take('frame', 'iframe');
  take('button', BUTTONS);
  const around = elements.filter((_, index) => controls[index]?.kind === 'field').map(surroundingsOf);
  const notices = roots.flatMap((root) => [...root.querySelectorAll(NOTICES)]).filter(isShown);
  const lines = [...around, ...notices].flatMap((each) => (each as HTMLElement).innerText?.split('\n') ?? []);
  return { elements, controls, lines: [...new Set(lines.map(tidy).filter(Boolean))].slice(0, MAX_LINES) };
}

/** The survey as data. */
export function seeEntrance({ controls, lines }: Survey = surveyEntrance()): Omit<Survey, 'elements'> {
  return { controls, lines };
}

function describe(element: Element, kind: SeenControl['kind'], numberOf: (node: Node) => number): SeenControl {
  const { width, height } = element.getBoundingClientRect();
  const { checked, form, required, type, value } = element as HTMLInputElement;
  const ancestors = ancestorsOf(element);
  const attributes = ['autocomplete', 'name', 'id', 'placeholder'].map((each) => element.getAttribute(each) ?? '');
  return {
    ...{ kind, name: kind === 'box' ? boxName(element) : nameOf(element), hints: attributes },
    isEnabled: !element.matches(':disabled, [aria-disabled="true"], [readonly], .disabled'),
    isCovered: isCovered(element),
    isFloating: ancestors.some(isFloating),
    form: form instanceof HTMLFormElement ? numberOf(form) : -1,
    isSubmit: form instanceof HTMLFormElement && ['submit', 'image'].includes(type) && kind === 'button',
    isSet: kind === 'box' ? checked === true || element.getAttribute('aria-checked') === 'true' : Boolean(value),
    isRequired: required === true || element.getAttribute('aria-required') === 'true',
    isButtonLike: !element.matches('a, [role="link"]') || isDrawnAsButton(element),
    isAside: element.closest('nav, footer, aside, header nav, [role="navigation"]') !== null,
    complaint: complaintOf(element),
    area: Math.round(width * height),
    path: ancestors.toReversed().map(numberOf),
  };
}

/** Everything an element is in, out of shadow roots as well, the nearest first. */
function ancestorsOf(element: Element): Element[] {
  const all: Element[] = [];
  let parent: Node | null = element;
  while (
    (parent =
      parent instanceof ShadowRoot ? parent.host : ((parent as Element).assignedSlot?.parentNode ?? parent.parentNode))
  )
    if (parent instanceof Element) all.push(parent);
  return all;
}

function shownLabel(box: Element): Element | undefined {
  return Array.from((box as HTMLInputElement).labels ?? []).find(isShown);
}

function boxName(box: Element): string {
  return (
    nameOf(box) || tidy(box.parentElement ? textWithin(box.parentElement, LONGEST_NAME) : '').slice(0, LONGEST_NAME)
  );
}

function isFloating(element: Element): boolean {
  if (element.matches('dialog, [role="dialog"], [role="alertdialog"], [aria-modal="true"], [popover]')) return true;
  return ['fixed', 'sticky', 'absolute'].includes(getComputedStyle(element).position);
}

function isDrawnAsButton(link: Element): boolean {
  const { backgroundColor, borderTopWidth, borderTopStyle, display, paddingLeft } = getComputedStyle(link);
  const isFilled = !/^(transparent|rgba\(.*, 0\))$/.test(backgroundColor);
  const isFramed = borderTopStyle !== 'none' && borderTopWidth !== '0px';
  return (isFilled || isFramed) && (display !== 'inline' || paddingLeft !== '0px');
}

/** Whether something else is drawn where a press would go. What is not in view is not covered: it is scrolled to. */
function isCovered(element: Element): boolean {
  const target = isShown(element) ? element : (shownLabel(element) ?? element);
  const { left, top, width, height } = target.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  let hit = document.elementFromPoint(x, y);
  for (let root = hit?.shadowRoot; root; root = hit?.shadowRoot) {
    const inner: Element | null = root.elementFromPoint(x, y);
    if (inner?.getRootNode() !== root) break;
    hit = inner;
  }
  if (!hit || hit === target || ancestorsOf(hit).includes(target) || ancestorsOf(target).includes(hit)) return false;
  return hit.closest('label')?.control !== element;
}

function complaintOf(element: Element): string {
  const ids = element.getAttribute('aria-errormessage')?.split(/\s+/) ?? [];
  const told = element.matches('[aria-invalid="true"]') ? referredName(element, ids) || 'invalid' : '';
  return told || tidy((element as HTMLInputElement).validationMessage ?? '');
}

/** As far around a field as its button is, where that is near. */
function surroundingsOf(field: Element): Element {
  const near = ancestorsOf(field).slice(0, NEAR);
  return near.find((each) => each.querySelector(BUTTONS)) ?? near.at(-1) ?? field;
}
