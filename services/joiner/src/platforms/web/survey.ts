import { once } from 'node:events';
import type { ElementHandle, Frame, Page } from 'playwright-core';
import { z } from 'zod';
import { answered, listOf } from '../page-text.ts';
import { ask, hold, type Probed } from '../batched-evaluate.ts';

/** A frame that does not answer is passed over after this long, milliseconds. */
const FRAME_MS = 500;
const MAX_FRAMES = 12;
const MAX_CONTROLS = 200;
const MAX_LINES = 60;
const MAX_HINTS = 4;
const MAX_DEPTH = 1000;

const control = z.object({
  kind: z.enum(['field', 'button', 'box', 'frame']),
  name: answered.name,
  hints: listOf(answered.name, MAX_HINTS),
  isEnabled: z.boolean(),
  isCovered: z.boolean(),
  isFloating: z.boolean(),
  form: z.number(),
  isSubmit: z.boolean(),
  isSet: z.boolean(),
  isRequired: z.boolean(),
  isButtonLike: z.boolean(),
  isAside: z.boolean(),
  complaint: answered.name,
  area: z.number(),
  path: listOf(z.number(), MAX_DEPTH),
});
// By their place: one that has not the known form spoils the survey.
const survey = z.object({ controls: z.array(control).max(MAX_CONTROLS), lines: listOf(answered.name, MAX_LINES) });

export type Survey = z.output<typeof survey>;
export interface FrameSurvey extends Survey {
  readonly frame: Frame;
}

/** What the page and the frames within it have for whoever wants in; those that do not answer are left out. */
export async function surveyPage(page: Page): Promise<FrameSurvey[]> {
  const frames = page.frames().slice(0, MAX_FRAMES);
  const seen = await Promise.all(frames.map((frame) => surveyFrame(frame, frame === page.mainFrame() ? page : frame)));
  return seen.flatMap((each) => each ?? []);
}

async function surveyFrame(frame: Frame, probed: Probed): Promise<FrameSurvey | undefined> {
  const asking = ask(probed, 'seeEntrance').then((answer) => ({ frame, ...survey.parse(answer) }));
  // The page itself is waited for by whoever looks at it.
  if (probed !== frame) return asking;
  const patience = once(AbortSignal.timeout(FRAME_MS), 'abort').then(() => undefined);
  return Promise.race([asking.catch(() => undefined), patience]);
}

/** A survey whose controls can be used. */
export interface HeldSurvey extends Survey {
  element(index: number): Promise<ElementHandle | undefined>;
}

export async function holdSurvey(frame: Frame): Promise<HeldSurvey> {
  const held = await hold(frame, ['surveyEntrance'], 'surveyEntrance()');
  const seen = survey.parse(await ask(frame, 'seeEntrance', { held }));
  return {
    ...seen,
    async element(index) {
      const handle = await held.evaluateHandle(
        (all, at) => (all as unknown as { elements: unknown[] }).elements[at as number],
        index,
      );
      return (handle.asElement() as ElementHandle | null) ?? undefined;
    },
  };
}
