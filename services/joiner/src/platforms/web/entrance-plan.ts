import { agreeing, agreement, astray, dismissals, leads, nameWords, otherFields, ownName } from './entrance-words.ts';

/** A control as in-page/probes/web-entrance.ts describes it. */
export interface SeenControl {
  readonly kind: 'field' | 'button' | 'box' | 'frame';
  readonly name: string;
  readonly hints: readonly string[];
  readonly isEnabled: boolean;
  readonly isCovered: boolean;
  readonly isFloating: boolean;
  readonly form: number;
  readonly isSubmit: boolean;
  readonly isSet: boolean;
  readonly isRequired: boolean;
  readonly isButtonLike: boolean;
  readonly isAside: boolean;
  readonly complaint: string;
  readonly area: number;
  readonly path: readonly number[];
}

/** What leads in, in one document; controls by their place in its survey. */
export interface Way {
  /** named: a field that asks for a name. lead: a control that says it leads in. only: the only text field. prominent: the largest control. */
  readonly by: 'named' | 'lead' | 'only' | 'prominent';
  readonly field: number | undefined;
  /** What sends the name, or leads in; undefined: nothing but the Enter key is known to. */
  readonly button: number | undefined;
  /** Whether the button says, or its form does, that it is the one. */
  readonly isSure: boolean;
  /** Boxes beside it that somebody has to agree with and has not: `isRequired` ones, and those that seem so. */
  readonly boxes: readonly number[];
  /** What gets rid of what lies over it. */
  readonly dismissal: number | undefined;
  readonly isCovered: boolean;
}

/** Characters of a name: what says more is no button's. */
const LONGEST_LABEL = 60;
/** Square pixels: below is decoration, above a whole part of the page. */
const PROMINENT = { min: 1500, max: 60_000 };

/** Levels above a field within which a control that says nothing may be its own. */
const NEAR = 5;

/** How one gets in by what a document shows; undefined where it shows no way. */
export function planEntrance(controls: readonly SeenControl[]): Way | undefined {
  const field = nameField(controls);
  if (field)
    return wayBy(controls, field.isNamed ? 'named' : 'only', { field: field.index, ...sender(controls, field.index) });
  const lead = leadOf(controls);
  if (lead !== undefined) return wayBy(controls, 'lead', { field: undefined, button: lead, isSure: true });
  const prominent = largest(controls, isProminent);
  if (prominent === undefined) return undefined;
  return wayBy(controls, 'prominent', { field: undefined, button: prominent, isSure: false });
}

/** A control that gets rid of what lies over a page, where there is one that floats and can be reached. */
export function dismissalOf(controls: readonly SeenControl[]): number | undefined {
  for (const words of dismissals) {
    const found = controls.findIndex(
      ({ kind, name, isFloating, isEnabled, isCovered }) =>
        kind === 'button' && isFloating && isEnabled && !isCovered && name.length <= LONGEST_LABEL && words.test(name),
    );
    if (found >= 0) return found;
  }
  return undefined;
}

/** A control that floats and by which somebody agrees, where nothing else gets rid of what it belongs to. */
export function agreementOf(controls: readonly SeenControl[]): number | undefined {
  const found = controls.findIndex(
    ({ kind, name, isFloating, isEnabled, isCovered }) =>
      kind === 'button' && isFloating && isEnabled && !isCovered && agreeing.test(name),
  );
  return found >= 0 ? found : undefined;
}

function wayBy(
  controls: readonly SeenControl[],
  by: Way['by'],
  { field, button, isSure }: Pick<Way, 'field' | 'button' | 'isSure'>,
): Way {
  const target = controls[field ?? button ?? -1];
  const pressed = controls[button ?? -1];
  const isCovered = Boolean(target?.isCovered || pressed?.isCovered);
  const boxes = controls.flatMap((box, index) =>
    box.kind === 'box' && !box.isSet && (box.isRequired || agreement.test(box.name)) ? index : [],
  );
  return { by, field, button, isSure, boxes, isCovered, dismissal: isCovered ? dismissalOf(controls) : undefined };
}

/** The field for the name, else the only one for text. */
function nameField(controls: readonly SeenControl[]): { index: number; isNamed: boolean } | undefined {
  const fields = controls.flatMap(({ kind, isEnabled }, index) => (kind === 'field' && isEnabled ? index : []));
  const named = fields.find((index) => asksForName(controls[index]));
  if (named !== undefined) return { index: named, isNamed: true };
  const [only, ...others] = fields;
  if (only === undefined || others.length > 0) return undefined;
  return isOtherField(controls[only]) ? undefined : { index: only, isNamed: false };
}

/** Whether a control is a field for a name, by what is written at it and in it. */
export function asksForName(control: SeenControl | undefined): boolean {
  if (control?.kind !== 'field') return false;
  const [autocomplete = '', ...hints] = control.hints;
  if (/^(name|nickname|username|given-name)$/i.test(autocomplete)) return true;
  return [control.name, ...hints].some(
    (text) => ownName.test(text) || (nameWords.test(text) && !otherFields.test(text)),
  );
}

function isOtherField(control: SeenControl | undefined): boolean {
  return [control?.name ?? '', ...(control?.hints ?? [])].some((text) => otherFields.test(text));
}

function mayPress({ kind, name, isCovered }: SeenControl): boolean {
  return kind === 'button' && (!astray.test(name) || agreeing.test(name)) && !(isCovered && name === '');
}

/** What sends the name that is written into a field: its form's way, else the nearest that says so, else the largest near it. */
function sender(controls: readonly SeenControl[], field: number): Pick<Way, 'button' | 'isSure'> {
  const { path = [], form = -1 } = controls[field] ?? {};
  const near = controls
    .map((control, index) => ({ control, index, distance: path.length - shared(path, control.path) }))
    .filter(({ control }) => mayPress(control) && control.isButtonLike)
    .toSorted((one, other) => one.distance - other.distance || other.control.area - one.control.area);
  const leadsIn = ({ name }: SeenControl) => name.length <= LONGEST_LABEL && leads.some((words) => words.test(name));
  const sure =
    near.find(({ control }) => control.isSubmit && form >= 0 && control.form === form) ??
    near.find(({ control }) => leadsIn(control));
  const nearest = near.find(({ distance }) => distance <= NEAR);
  return { button: (sure ?? nearest)?.index, isSure: sure !== undefined };
}

function shared(one: readonly number[], other: readonly number[]): number {
  const differs = one.findIndex((number, index) => other[index] !== number);
  return differs < 0 ? one.length : differs;
}

function isProminent({ name, area, isAside, isButtonLike, isFloating }: SeenControl): boolean {
  if (isAside || !isButtonLike || (isFloating && agreeing.test(name))) return false;
  return area >= PROMINENT.min && area <= PROMINENT.max;
}

/** The control that says most surely that it leads in; of two that say the same, the larger one. */
function leadOf(controls: readonly SeenControl[]): number | undefined {
  for (const words of leads) {
    const found = largest(
      controls,
      ({ name, isAside }) => !isAside && name.length <= LONGEST_LABEL && words.test(name),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function largest(controls: readonly SeenControl[], fits: (control: SeenControl) => boolean): number | undefined {
  const fitting = controls.flatMap((control, index) => (mayPress(control) && fits(control) ? { control, index } : []));
  const rank = ({ isEnabled, area }: SeenControl) => (isEnabled ? 1e9 : 0) + area;
  return fitting.toSorted((one, other) => rank(other.control) - rank(one.control))[0]?.index;
}

/** What remains of a name that any page takes: ASCII letters and digits. */
export function plainName(name: string): string {
  return name.normalize('NFKD').replaceAll(/[^A-Za-z0-9]/g, '') || 'Bot';
}
