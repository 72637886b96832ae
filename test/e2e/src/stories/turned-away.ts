import { callbackName } from '@earshot/demo';
import { setStage } from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import type { E2eStory } from '../story.ts';

const jpeg = Buffer.from([0xff, 0xd8, 0xff]);

/** The host says no: the customer hears why, sees what the bot saw, and has it deleted. */
export const turnedAway: E2eStory = {
  tells: 'a bot that is denied entry says so, and leaves a picture of the page behind until it is deleted',
  async play(screen) {
    await using stage = await setStage({ face: 'google-meet', lobby: true });
    const { api, customer, room } = stage;
    const signal = AbortSignal.timeout(120 * SECOND);
    const ordered = await api.request('POST', '/bots/create_bot', {
      meeting_link: room.link,
      bot_name: 'Earshot',
      callback_url: customer.callbackUrl,
    });
    const path = `/bots/${ordered.body.bot_id}`;
    await room.waitFor(() => room.knocks().some(({ name }) => name === 'Earshot'), { signal });
    screen.line('the host denies the bot', 'red');
    room.host.deny('Earshot');
    const hasStopped = () => customer.callbacks.some(({ body }) => body.event === 'bot.stopped');
    await customer.watched.until(hasStopped, signal);
    const told = customer.callbacks.map((callback) => `${callbackName(callback)} ${callback.body.status_code}`);

    const why: string = customer.callbacks.at(-1)?.body.message;

    const { body: kept } = await api.request('GET', `${path}/get_screenshots`);
    const [seen] = kept.screenshots;
    const picture = Buffer.from(await (await fetch(seen.screenshot_url, { signal })).arrayBuffer());
    const page = await (await fetch(seen.page_url, { signal })).text();

    const deleted = await api.request('DELETE', `${path}/delete`);
    const gone = await Promise.all([
      api.request('GET', `${path}/get_screenshots`).then(({ status }) => status),
      ...[seen.screenshot_url, seen.page_url].map(async (url: string) => (await fetch(url, { signal })).status),
    ]);
    return [
      { says: `callbacks: ${told.join(', ')}`, isSo: told.join() === 'joining 102,Stopped 500' },
      { says: `it says why: ${why}`, isSo: /denied/i.test(why) },
      { says: `one attempt, because of "${seen.reason}"`, isSo: kept.screenshots_count === 1 && seen.reason !== '' },
      {
        says: `a picture of ${picture.length} bytes`,
        isSo: picture.subarray(0, jpeg.length).equals(jpeg) && picture.length > 5000,
      },
      { says: `the page's HTML, ${page.length} characters`, isSo: page.includes('<body') && !page.includes('<script') },
      {
        says: `${deleted.body.deleted_objects} objects deleted; asked again: ${gone.join(', ')}`,
        isSo: deleted.body.deleted_objects >= 2 && gone.every((status) => status === 404),
      },
    ];
  },
};
