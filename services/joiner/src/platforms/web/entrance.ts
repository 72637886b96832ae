import type { ElementHandle, Frame, Page } from 'playwright-core';
import { SECOND } from '@earshot/kernel';
import { agreementOf, asksForName, dismissalOf, plainName, planEntrance, type Way } from './entrance-plan.ts';
import { agreeing, agreement, refusedName } from './entrance-words.ts';
import { holdSurvey, surveyPage, type FrameSurvey, type HeldSurvey } from './survey.ts';

/** A step that leads nowhere is repeated after this long, milliseconds. */
const REPEAT_MS = 5 * SECOND;
/** A name that the page leaves where it is has been refused, or its way to send it was not this one. */
const ANSWER_MS = 1.5 * SECOND;
/** When what a page says of a name is its answer, milliseconds. */
const JUDGED_MS = SECOND;
/** When the same words about another name are an answer of their own, milliseconds. */
const STALE_MS = 3 * SECOND;
/** A page that has not said where it leads is given this long to be drawn before its largest control is tried. */
const DRAWN_MS = 3 * SECOND;
const PRESS_MS = 2 * SECOND;
/** Characters of what a page says. */
const MAX_WORDS = 300;

/** What can be said of the way in. */
export interface EntranceSigns {
  /** A field for the name, whether it can be filled or not. */
  readonly hasNameInput: boolean;
  /** A control that leads in. */
  readonly hasJoinButton: boolean;
  readonly isJoinButtonEnabled: boolean;
  /** Why nothing more is tried. */
  readonly stopped: 'consent' | 'name-refused' | undefined;
}

export interface EntranceDeps {
  readonly page: Page;
  readonly botName: string;
  /** Whether the operator has agreed to the terms of a host, `host` or `host:port`. */
  readonly mayAgree: (host: string) => boolean;
}

interface ChosenWay {
  readonly survey: FrameSurvey;
  readonly way: Way;
  /** The same for the same step at another moment. */
  readonly key: string;
}

interface Step {
  readonly key: string;
  readonly at: number;
  /** When the first one like it was taken. */
  readonly since: number;
  /** What the page said before. */
  readonly lines: ReadonlySet<string>;
  readonly tries: number;
  /** How many of them came to a press. */
  presses: number;
  /** Whether anything could be pressed. */
  wasTaken: boolean;
}

const ranks: readonly Way['by'][] = ['named', 'lead', 'only', 'prominent'];

/** The way into a page of an unknown make: what it shows, and one step at a time. */
export class Entrance {
  /** Under which the bot was announced last. */
  name: string;
  /** What the page said last of what was tried; empty for nothing. */
  words = '';
  readonly #deps: EntranceDeps;
  readonly #openedAt = performance.now();
  #surveys: readonly FrameSurvey[] = [];
  #lookedAt = -Infinity;
  #signs: EntranceSigns | undefined;
  #chosen: ChosenWay | undefined;
  #last: Step | undefined;
  #clearedAt = -Infinity;
  /** What it said of the name that it refused. */
  #refusal: ReadonlySet<string> = new Set();
  #stopped: EntranceSigns['stopped'];

  constructor(deps: EntranceDeps) {
    this.#deps = deps;
    this.name = deps.botName;
  }

  /** Looks at the page and the frames in it; what was seen less than `maxAgeMs` ago is answered again, since looking costs the page time. */
  async look(maxAgeMs = 0): Promise<EntranceSigns> {
    if (this.#signs && performance.now() - this.#lookedAt < maxAgeMs) return this.#signs;
    this.#surveys = await surveyPage(this.#deps.page);
    this.#lookedAt = performance.now();
    this.#chosen = this.#choose();
    this.#judgeAnswer();
    const { survey, way } = this.#chosen ?? {};
    const button = survey?.controls[way?.button ?? -1];
    return (this.#signs = {
      hasNameInput: way?.field !== undefined || this.#surveys.some(({ controls }) => controls.some(asksForName)),
      hasJoinButton: button !== undefined,
      isJoinButtonEnabled: button?.isEnabled === true,
      stopped: this.#stopped,
    });
  }

  /** Takes the next step in, where one is due; answers whether one was taken that may have led in. */
  async step(): Promise<boolean> {
    const chosen = this.#chosen;
    if (!chosen || this.#stopped) return false;
    const { key, way } = chosen;
    const before = this.#last?.key === key ? this.#last : undefined;
    // A box that has to be ticked is the likeliest reason for a press in vain.
    const isPatient = way.isSure && before?.wasTaken && way.boxes.length === 0;
    const waitMs = isPatient ? REPEAT_MS : ANSWER_MS;
    if (before && performance.now() - before.at < waitMs) return false;
    if (await this.#clearView(chosen)) return false;
    const at = performance.now();
    const { since = at, lines = new Set(this.#lines()), tries = 0, presses = 0 } = before ?? {};
    const step: Step = { key, at, since, lines, tries: tries + 1, presses, wasTaken: false };
    this.#last = step;
    step.wasTaken = await this.#enter(chosen.survey.frame, step);
    if (step.wasTaken) step.presses += 1;
    return step.wasTaken;
  }

  #choose(): ChosenWay | undefined {
    const ways = this.#surveys.flatMap((survey) => {
      const way = planEntrance(survey.controls);
      return way ? [{ survey, way, key: keyOf(survey, way) }] : [];
    });
    const [first] = ways.toSorted((one, other) => ranks.indexOf(one.way.by) - ranks.indexOf(other.way.by));
    if (!first || first.key === this.#last?.key) return first;
    // Beyond the first step the only field may be the chat's, and the largest control anything.
    if (first.way.by === 'only' && this.#last?.key.includes('field')) return undefined;
    const mayGuess = !this.#last && performance.now() - this.#openedAt >= DRAWN_MS;
    return first.way.by === 'prominent' && !mayGuess ? undefined : first;
  }

  /** What the page made of the name that it was given. */
  #judgeAnswer(): void {
    const { survey, way, key } = this.#chosen ?? {};
    const last = this.#last;
    if (!survey || way?.field === undefined || !last?.wasTaken || last.key !== key) return;
    const sinceMs = performance.now() - last.since;
    if (sinceMs < JUDGED_MS || way.boxes.length > 0) return;
    const field = survey.controls[way.field];
    // What it said of another name may only not have been taken away yet.
    const isAnswer = (line: string) => !last.lines.has(line) || (sinceMs >= STALE_MS && this.#refusal.has(line));
    const complaint = field?.isSet ? field.complaint : '';
    const fresh = new Set([...this.#lines().filter(isAnswer), complaint].filter(Boolean));
    const text = [...fresh].join(' ').slice(0, MAX_WORDS);
    if (!text) return;
    this.words = text;
    if (complaint === '' && field?.isSet && !refusedName.test(text)) return;
    const plain = plainName(this.#deps.botName);
    if (plain === this.name) this.#stopped = 'name-refused';
    this.name = plain;
    this.#refusal = fresh;
    this.#last = undefined;
  }

  /** What the page says, without what its controls do. */
  #lines(): string[] {
    const names = this.#surveys.flatMap(({ controls }) => controls.map(({ name }) => name)).filter(Boolean);
    return this.#surveys.flatMap(({ lines }) =>
      lines.flatMap((line) => {
        const name = names.find((each) => line.endsWith(each)) ?? '';
        return line.slice(0, line.length - name.length).trim() || [];
      }),
    );
  }

  /** Gets rid of what lies over the way in; answers whether there was something to press. */
  async #clearView({ survey, way }: ChosenWay): Promise<boolean> {
    const around = this.#surveys.filter(({ controls }) =>
      controls.some(({ kind, isCovered }) => kind === 'frame' && isCovered),
    );
    const covered = [...(way.isCovered ? [survey] : []), ...around.filter((each) => each !== survey)];
    for (const { frame, controls } of covered) {
      const dismissal = dismissalOf(controls);
      const consent = dismissal === undefined ? agreementOf(controls) : undefined;
      if (dismissal === undefined && consent === undefined) continue;
      if (performance.now() - this.#clearedAt < ANSWER_MS) return true;
      if (consent !== undefined && !this.#mayAgree(frame)) {
        this.#stopForConsent(this.#termsBy(controls[consent]?.name));
        return true;
      }
      this.#clearedAt = performance.now();
      const held = await holdSurvey(frame);
      const index = dismissalOf(held.controls) ?? consent;
      await (index === undefined ? undefined : press(await held.element(index)));
      return true;
    }
    return false;
  }

  async #enter(frame: Frame, { tries, presses }: Step): Promise<boolean> {
    let { held, way } = await planNow(frame);
    if (way?.field !== undefined) {
      await (await held.element(way.field))?.fill(this.name, { timeout: PRESS_MS });
      // What was written may have made its button ready.
      ({ held, way } = await planNow(frame));
    }
    if (!way) return false;
    const isReady = () => way?.button === undefined || held.controls[way.button]?.isEnabled === true;
    const asked = way.boxes.filter((box) => held.controls[box]?.isRequired || tries > 1);
    if (asked.length > 0) {
      if (!this.#mayAgree(frame)) return this.#stopForConsent(asked.map((box) => held.controls[box]?.name).join(' '));
      for (const box of asked) await tick(await held.element(box));
      ({ held, way } = await planNow(frame));
    }
    if (!way || !isReady()) return false;
    const { button, field } = way;
    if (agreesBy(held, button) && !this.#mayAgree(frame))
      return this.#stopForConsent(this.#termsBy(held.controls[button ?? -1]?.name));
    const usesButton = button !== undefined && (field === undefined || way.isSure === (presses % 2 === 0));
    if (usesButton) return press(await held.element(button));
    if (field === undefined) return false;
    await (await held.element(field))?.press('Enter', { timeout: PRESS_MS });
    return true;
  }

  /** What the page says of the terms that a control agrees to. */
  #termsBy(name = ''): string {
    return [...new Set([...this.#lines().filter((line) => agreement.test(line)), name])].join(' ');
  }

  #stopForConsent(words: string): false {
    this.#stopped = 'consent';
    this.words = words.slice(0, MAX_WORDS);
    return false;
  }

  #mayAgree(frame: Frame): boolean {
    const host = hostOf(frame);
    return host !== undefined && this.#deps.mayAgree(host);
  }
}

async function planNow(frame: Frame): Promise<{ held: HeldSurvey; way: Way | undefined }> {
  const held = await holdSurvey(frame);
  return { held, way: planEntrance(held.controls) };
}

function keyOf({ frame, controls }: FrameSurvey, { by, field, button }: Way): string {
  const of =
    field === undefined ? ['button', controls[button ?? -1]?.name] : ['field', ...(controls[field]?.hints ?? [])];
  return JSON.stringify([frame.url(), by, ...of]);
}

function agreesBy({ controls }: HeldSurvey, button: number | undefined): boolean {
  return agreeing.test(controls[button ?? -1]?.name ?? '');
}

async function press(element: ElementHandle | undefined): Promise<boolean> {
  await element?.click({ timeout: PRESS_MS });
  return element !== undefined;
}

/** Boxes are often drawn by their labels, and are themselves nowhere to be pressed. */
async function tick(box: ElementHandle | undefined): Promise<void> {
  await box
    ?.click({ timeout: PRESS_MS / 4 })
    .catch(() => box.evaluate((element) => (element as { click?(): void }).click?.()));
}

/** Of the document that a frame shows; written ones are their parents'. */
function hostOf(frame: Frame): string | undefined {
  const { host } = URL.parse(frame.url()) ?? {};
  const parent = frame.parentFrame();
  return host || (parent ? hostOf(parent) : undefined);
}
