import type { ElementHandle, Frame, Page } from 'playwright-core';
import { z } from 'zod';
import { answered, listOf } from '../page-text.ts';
import { ask, hold } from '../batched-evaluate.ts';
import { askFrames } from '../frames.ts';

/** Beside the page itself: an entrance may lie behind the frames of many things. */
const MAX_FRAMES = 11;
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
export function surveyPage(page: Page): Promise<FrameSurvey[]> {
  return askFrames(page, async (document, frame) => ({ frame, ...survey.parse(await ask(document, 'seeEntrance')) }), {
    most: MAX_FRAMES,
  });
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
