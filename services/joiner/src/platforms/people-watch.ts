import type { JSHandle, Page } from 'playwright-core';
import { askFrames } from './frames.ts';
import { takePeople, watchPeople, type SeenPerson } from './probe.ts';
import type { Probed } from './batched-evaluate.ts';

/**
 * Everybody whom `probe` of in-page/probes sees, those included who came and went since the last look: whoever looks once
 * a second would never see them. `pageNow` is the page or the frame that holds the client, which may be loaded anew.
 */
export function createPeopleWatch(
  pageNow: () => Probed,
  probe: string,
  argument?: unknown,
): () => Promise<SeenPerson[]> {
  let watched: { readonly page: Probed; readonly watch: JSHandle } | undefined;
  return async () => {
    const page = pageNow();
    if (watched?.page !== page) watched = { page, watch: await watchPeople(page, probe, argument) };
    try {
      return await takePeople(page, watched.watch);
    } catch (error) {
      // It went with the page that it was about.
      watched = undefined;
      throw error;
    }
  };
}

/** The same for a page and the frames in it; of people with the same id the first one counts. */
export function createFramesWatch(page: Page, probe: string): () => Promise<SeenPerson[]> {
  const watches = new WeakMap<Probed, () => Promise<SeenPerson[]>>();
  const watchOf = (document: Probed) => {
    const watch = watches.get(document) ?? createPeopleWatch(() => document, probe);
    watches.set(document, watch);
    return watch;
  };
  return async () => {
    const people = (await askFrames(page, (document) => watchOf(document)())).flat();
    return [...new Map(people.toReversed().map((person) => [person.id, person])).values()].toReversed();
  };
}
