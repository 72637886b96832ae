import type { JSHandle } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { ask, type Probed } from './batched-evaluate.ts';

/** A page without a document: what is held there is what was given. */
function createPage() {
  const evaluate = vi.fn((asked: unknown, held: unknown) =>
    // As Playwright does: a function goes over by its text.
    Promise.resolve((new Function(`return ${String(asked)}`)() as (all: unknown) => unknown)(held)),
  );
  return { page: { evaluate } as unknown as Probed, evaluate };
}

/** Asks a watch that is held in the page. */
const askWatch = (page: Probed, take: () => unknown) =>
  ask(page, 'takePeople', { held: { take } as unknown as JSHandle });

describe('ask', () => {
  it('takes questions of one turn to the page together, and those of the next apart', async () => {
    const { page, evaluate } = createPage();
    const answers = await Promise.all([askWatch(page, () => ['Ann']), askWatch(page, () => Promise.resolve(['Ben']))]);
    expect(answers).toEqual([['Ann'], ['Ben']]);
    expect(evaluate).toHaveBeenCalledOnce();
    expect(await askWatch(page, () => [])).toEqual([]);
    expect(evaluate).toHaveBeenCalledTimes(2);
  });

  it('leaves the others their answers where one fails', async () => {
    const { page } = createPage();
    const fails = () => {
      throw new TypeError('no such list');
    };
    const [failed, answered] = await Promise.allSettled([askWatch(page, fails), askWatch(page, () => [])]);
    expect(failed).toMatchObject({ status: 'rejected', reason: { message: 'TypeError: no such list' } });
    expect(answered).toEqual({ status: 'fulfilled', value: [] });
  });

  it('fails all where the page is gone, or answers something else', async () => {
    const gone = { evaluate: () => Promise.reject(new Error('closed')) } as unknown as Probed;
    const odd = { evaluate: () => Promise.resolve([]) } as unknown as Probed;
    for (const page of [gone, odd]) {
      const both = await Promise.allSettled([ask(page, 'webChat'), ask(page, 'webRoster')]);
      expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    }
  });
});
