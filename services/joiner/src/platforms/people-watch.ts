import type { JSHandle } from 'playwright-core';
import { takePeople, watchPeople, type SeenPerson } from './probe.ts';
import type { Probed } from './questions.ts';

/**
 * Everybody whom `probe` of in-page/probes sees, those included who came and went since the last look: whoever looks once
 * a second would never hear of them. `pageNow` is the page or the frame that holds the client, which may be loaded anew.
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
