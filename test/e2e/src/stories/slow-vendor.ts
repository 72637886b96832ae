import { callbackName } from '@earshot/demo';
import { eventually, openFixture } from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import { sentences } from '@earshot/sandbox';
import type { E2eStory } from '../story.ts';

/** How much sooner the end of a visit is told than its transcript, which waits for a vendor that says nothing for ten seconds. */
const SOONER = 2;

/** A bot is told to leave while its speech vendor is stuck: the end is the visit's, and what was said comes later. */
export const slowVendor: E2eStory = {
  name: 'the end of a visit is told when the bot has left, however long the speech vendor takes; its words come later',
  isSlow: true,
  async play(screen) {
    await using fixture = await openFixture({ face: 'web' });
    const { api, customer, room, sandbox } = fixture;
    const signal = AbortSignal.timeout(240 * SECOND);
    sandbox.faults.next({ vendor: 'deepgram', mode: 'streaming', kind: 'stall' });
    const ann = await room.join({ name: 'Ann' });
    const ordered = await api.request('POST', '/bots/create_bot', {
      meeting_link: room.link,
      bot_name: 'Earshot',
      callback_url: customer.callbackUrl,
      recording_config: { transcript: { provider: { deepgram_streaming: {} } } },
    });
    const path = `/bots/${ordered.body.bot_id}`;
    const detailOf = async () => (await api.request('GET', `${path}/detail`)).body.bot_details;
    await eventually(async () => (await detailOf()).Status === 'Recording', { signal });
    await ann.say(sentences[2]?.text ?? '');
    await api.request('POST', `${path}/remove_bot`);
    await room.waitUntilGone('Earshot', { signal });
    const goneAt = Date.now();
    screen.line('the bot is gone', 'blue');
    const told = (event: string) =>
      customer.watched.until(() => customer.callbacks.find(({ body }) => body.event === event)?.at, signal);
    const stoppedMs = (await told('bot.stopped')) - goneAt;
    const transcribedMs = (await told('transcription.processed')) - goneAt;
    const { EndTime, StartTime, Duration } = await detailOf();
    const { body: segments } = await api.request('GET', `${path}/get_transcript`);
    const endedMs = Date.parse(EndTime) - goneAt;
    const names = customer.callbacks.map(callbackName).join();
    return [
      {
        check: `Stopped came ${stoppedMs} ms after the bot was gone, its transcript after ${transcribedMs} ms`,
        passed: stoppedMs * SOONER < transcribedMs,
      },
      { check: `in order: ${names}`, passed: names === 'joining,InMeeting,Stopped,audio,transcript' },
      {
        check: `EndTime is ${endedMs} ms after the bot was gone, Duration ${Duration} s`,
        passed: endedMs <= stoppedMs && Duration === Math.round((Date.parse(EndTime) - Date.parse(StartTime)) / 1000),
      },
      { check: `the transcript: ${segments[0]?.transcript}`, passed: segments.length > 0 },
    ];
  },
};
