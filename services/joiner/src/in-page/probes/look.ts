import { nameOf } from './name-of.ts';

// Evaluated in the page when a question is asked; see platforms/batched-evaluate.ts.

export interface LookCandidate {
  id: string;
  css: string;
  /** Regular expression (case ignored) that the element's accessible name must match. */
  name?: string;
  /** One that it must not match. */
  not?: string;
  /** Found even where it is not shown. */
  hidden?: boolean;
  /** Only while it can be used. */
  enabled?: boolean;
  /** Only when it is drawn at least as large, in pixels. */
  atLeast?: { width: number; height: number };
}

export interface LookHit {
  id: string;
  name: string;
}

function isAtLeast(element: Element, { width, height }: { width: number; height: number }): boolean {
  const box = element.getBoundingClientRect();
  return box.width >= width && box.height >= height;
}

export function isShown(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect();
  return width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true });
}

/** The document and every open shadow root in it: pages made of components keep their controls there. */
export function openRoots(): (Document | ShadowRoot)[] {
  const roots: (Document | ShadowRoot)[] = [document];
  // Those that are found meanwhile are looked through as well.
  for (const root of roots) {
    for (const { shadowRoot } of root.querySelectorAll('*')) if (shadowRoot) roots.push(shadowRoot);
  }
  return roots;
}

/** Names are asked for over and over: within one look each element has one. */
function namer(): (element: Element) => string {
  const known = new Map<Element, string>();
  return (element) => {
    const name = known.get(element) ?? nameOf(element);
    known.set(element, name);
    return name;
  };
}

function findCandidate(
  candidates: LookCandidate[],
  roots: (Document | ShadowRoot)[],
  nameIt: (element: Element) => string,
): { element: Element; hit: LookHit } | undefined {
  for (const { id, css, name, not, hidden, enabled, atLeast } of candidates) {
    for (const element of roots.flatMap((root) => [...root.querySelectorAll(css)])) {
      if (!hidden && !isShown(element)) continue;
      if (enabled && element.matches(':disabled, [aria-disabled=true]')) continue;
      if (atLeast && !isAtLeast(element, atLeast)) continue;
      const own = nameIt(element);
      if (name && !new RegExp(name, 'i').test(own)) continue;
      if (not && new RegExp(not, 'i').test(own)) continue;
      return { element, hit: { id, name: own } };
    }
  }
  return undefined;
}

/** For each place of the page: the first candidate that is there. */
export function look(places: Record<string, LookCandidate[]>): Record<string, LookHit | null> {
  const roots = openRoots();
  const nameIt = namer();
  const entries = Object.entries(places);
  return Object.fromEntries(
    entries.map(([place, candidates]) => [place, findCandidate(candidates, roots, nameIt)?.hit ?? null]),
  );
}

/** The element itself, to be pressed or filled. */
export function find(candidates: LookCandidate[]): Element | null {
  return findCandidate(candidates, openRoots(), nameOf)?.element ?? null;
}
