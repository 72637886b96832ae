import { callbackName } from '@earshot/demo';
import { openFixture } from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import type { E2eStory } from '../story.ts';

const jpeg = Buffer.from([0xff, 0xd8, 0xff]);

/** The host says no: the customer hears why, sees what the bot saw, and has it deleted. */
export const turnedAway: E2eStory = {
  name: 'a bot that is denied entry says so, and leaves a picture of the page behind until it is deleted',
  async play(screen) {
    await using fixture = await openFixture({ face: 'google-meet', lobby: true });
    const { api, customer, room } = fixture;
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
      { check: `callbacks: ${told.join(', ')}`, passed: told.join() === 'joining 102,Stopped 500' },
      { check: `it says why: ${why}`, passed: /denied/i.test(why) },
      { check: `one attempt, because of "${seen.reason}"`, passed: kept.screenshots_count === 1 && seen.reason !== '' },
      {
        check: `a picture of ${picture.length} bytes`,
        passed: picture.subarray(0, jpeg.length).equals(jpeg) && picture.length > 5000,
      },
      {
        check: `the page's HTML, ${page.length} characters`,
        passed: page.includes('<body') && !page.includes('<script'),
      },
      {
        check: `${deleted.body.deleted_objects} objects deleted; asked again: ${gone.join(', ')}`,
        passed: deleted.body.deleted_objects >= 2 && gone.every((status) => status === 404),
      },
    ];
  },
};
