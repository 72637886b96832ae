import { TranscriptionWay } from '@earshot/contract/common/v1/transcription.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AudioCodec, type AudioFrame } from '@earshot/contract/media/v1/media.ts';
import { EndReason, Platform } from '@earshot/contract/scheduler/v1/bots.ts';
import type { Room } from '@earshot/lab';
import { leave, type Ordered } from './fake-scheduler.ts';
import { openFixture, type Fixture } from './fixture.ts';

const platform = Platform.ZOOM;
const sentence = 'the quick brown fox jumps over the lazy dog';
const captions = { engine: 'meeting_captions', optionsJson: '{}', way: TranscriptionWay.CAPTIONS };
const fatal =
  'You have been removed. This meeting has been ended by host. Waiting for the host to start the meeting. Sign in to join this meeting';

describe('a bot on the Zoom face', { timeout: 150_000 }, () => {
  let fixture: Fixture;
  beforeAll(async () => void (fixture = await openFixture()), 30_000);
  afterAll(async () => fixture[Symbol.asyncDispose](), 30_000);

  const until = (bot: Ordered, seen: string) =>
    fixture.scheduler.moments.until(() => fixture.scheduler.seen(bot.botId).includes(seen), seen);
  const endOf = (bot: Ordered) => fixture.scheduler.moments.until(() => fixture.scheduler.endOf(bot.botId), 'the end');
  const order = (room: Room, spec: Partial<Ordered['spec']> = {}) =>
    fixture.scheduler.order({ platform, meetingUrl: room.link, ...spec });
  /** Milliseconds of voice, none counted twice, by the sender's clock: packets that were held up arrive together. */
  const voicedMs = (frames: readonly AudioFrame[]) => {
    const voiced = frames.filter(({ level }) => level < 50);
    return new Set(voiced.map(({ trackId, rtpTimestamp }) => `${trackId} ${Math.floor(rtpTimestamp / 960)}`)).size * 20;
  };

  it('waits to be let in, joins the audio, and tells voices, people and chat apart', async () => {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'zoom', lobby: true });
    const ann = await room.join({ name: 'Ann', camera: true });
    const ben = await room.join({ name: 'Ben' });
    const bot = order(room, { chatMessage: 'I am recording' });
    await room.waitForKnock('Earshot');
    await until(bot, 'knocked');
    expect(scheduler.seen(bot.botId)).toEqual(['knocked']);
    room.host.admit('Earshot');
    await until(bot, 'recordingStarted');
    await media.moments.until(() => media.framesOf(bot.botId).length > 0, 'sound');
    const { startedAt, endedAt } = await ann.say(sentence);
    await ben.say('pack my box with five dozen liquor jugs');

    const owners = () => {
      const latest = new Map<string, string>();
      for (const { trackIds, name } of media.changesOf(bot.botId)) for (const id of trackIds) latest.set(id, name);
      return latest.size === 2 && latest;
    };
    const named = await media.moments.until(owners, 'both named');
    expect(new Set(named.values())).toEqual(new Set(['Ann', 'Ben']));
    const frames = media.framesOf(bot.botId);
    expect(new Set(frames.map(({ codec }) => codec))).toEqual(new Set([AudioCodec.OPUS]));
    const ofAnn = frames.filter(({ trackId }) => named.get(trackId) === 'Ann');
    expect(voicedMs(ofAnn)).toBeGreaterThan((endedAt - startedAt) * 0.6);

    expect(media.changesOf(bot.botId).filter(({ action }) => action === 'PARTICIPANT_ACTION_JOINED')).toMatchObject([
      { name: 'Ann' },
      { name: 'Ben' },
    ]);
    await room.waitFor(() => room.chat.some(({ name, text }) => name === 'Earshot' && text === 'I am recording'));
    await ann.sendChat('hello');
    await ann.sendChat('bot');
    const ofChat = () => media.chatOf(bot.botId).map(({ senderName, text }) => `${senderName}: ${text}`);
    await media.moments.until(() => ofChat().length === 3, 'the chat');
    expect(ofChat()).toEqual(['Earshot: I am recording', 'Ann: hello', 'Ann: bot']);
    expect(media.chatOf(bot.botId).map(({ own }) => own)).toEqual([true, false, false]);
    // The first of a run has the mark; the two people have two.
    const [marksOfBot, ...marksOfAnn] = media.chatOf(bot.botId).map(({ senderId }) => senderId);
    expect(marksOfAnn).toEqual([marksOfAnn[0], marksOfAnn[0]]);
    expect(new Set([marksOfBot, marksOfAnn[0], '']).size).toBe(3);

    const orderedAt = performance.now();
    scheduler.stop(bot);
    await room.waitUntilGone('Earshot');
    expect(performance.now() - orderedAt).toBeLessThan(3000);
    expect((await endOf(bot)).reason).toBe(EndReason.STOP_ORDERED);
    await Promise.all([ann.leave(), ben.leave()]);
  });

  it.each([['web-audio'], ['web-audio-element']])('hears what the page plays by %s alone', async (variant) => {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'zoom', variants: [variant] });
    const ann = await room.join({ name: 'Ann' });
    const bot = order(room);
    await until(bot, 'recordingStarted');
    // The audio is joined once the bot has looked around; what is said before that is not received by anybody.
    await ann.say('one two three four five six seven eight nine ten');
    await media.moments.until(() => media.framesOf(bot.botId).length > 0, 'sound');
    const before = media.framesOf(bot.botId).length;
    const { startedAt, endedAt } = await ann.say(sentence);
    scheduler.stop(bot);
    await endOf(bot);
    const frames = media.framesOf(bot.botId);
    expect(new Set(frames.map(({ codec }) => codec))).toEqual(new Set([AudioCodec.PCM_S16]));
    expect(new Set(frames.map(({ trackId }) => trackId.replace(/:.*/, '')))).toEqual(new Set(['output']));
    const voiced = voicedMs(frames.slice(before));
    expect(voiced).toBeGreaterThan((endedAt - startedAt) * 0.6);
    expect(voiced).toBeLessThan(endedAt - startedAt + 500);
    // Whose words they are is known by the page's marks.
    const people = media.changesOf(bot.botId).map(({ participantId }) => participantId);
    const since = frames[before]?.arrivedMs ?? 0;
    const marks = media.of(bot.botId)?.batches.flatMap(({ speaking }) => speaking) ?? [];
    expect(new Set(marks.flatMap(({ participantIds }) => participantIds))).toEqual(new Set(people));
    expect(marks.filter(({ atMs }) => atMs >= since).length * 250).toBeGreaterThan((endedAt - startedAt) * 0.5);
    // A mix has no single owner.
    expect(media.changesOf(bot.botId).flatMap(({ trackIds }) => trackIds)).toEqual([]);
    await ann.leave();
  });

  it.concurrent.each([
    ['by the control', [], ['One', 'Two', 'Three', 'This meeting has been ended by host']],
    ['by the last control, in a frame', ['captions-in-more', 'frame'], ['One']],
  ])('reads the captions with their names: %s', async (_, variants, first) => {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'zoom', variants });
    const ann = await room.join({ name: 'Ann' });
    const ben = await room.join({ name: 'Ben' });
    const bot = order(room, { speech: captions });
    await until(bot, 'recordingStarted');
    await media.moments.until(() => media.captionsShown(bot.botId).includes(true), 'captions turned on');
    const lines = () => media.captionsOf(bot.botId);
    const isShown = (text: string) => media.moments.until(() => lines().some((line) => line.text === text), text);

    // Items leave the list and come back, only the first of a run has a name, and the last one grows.
    const runs = [
      [ann, first],
      [ben, ['You have been removed', 'Five']],
    ] as const;
    const expected: string[] = [];
    for (const [person, texts] of runs) {
      for (const text of texts) {
        await person.caption(text);
        await isShown(text);
        await person.caption(`${text} and more`, { isAgain: true });
        await isShown(`${text} and more`);
        expected.push(`${person.name}: ${text} and more`);
      }
    }
    scheduler.stop(bot);
    expect((await endOf(bot)).reason).toBe(EndReason.STOP_ORDERED);
    expect(lines().flatMap(({ final, speakerName, text }) => (final ? `${speakerName}: ${text}` : []))).toEqual(
      expected,
    );
    const idOf = (name: string) => media.changesOf(bot.botId).find((each) => each.name === name)?.participantId;
    for (const { speakerName, participantId } of lines()) expect(participantId).toBe(idOf(speakerName));
    await Promise.all([ann.leave(), ben.leave()]);
  });

  it.concurrent('says that there are no captions: none to be had, or only by the host', async () => {
    const { lab, scheduler, media } = fixture;
    await Promise.all(
      ['request-captions', 'no-captions'].map(async (variant) => {
        const room = lab.createRoom({ face: 'zoom', variants: [variant] });
        const bot = order(room, { speech: captions });
        await until(bot, 'recordingStarted');
        await media.moments.until(() => media.captionsShown(bot.botId).length > 0, 'captions missing', 60_000);
        expect(new Set(media.captionsShown(bot.botId))).toEqual(new Set([false]));
        scheduler.stop(bot);
        expect((await endOf(bot)).reason).toBe(EndReason.STOP_ORDERED);
      }),
    );
  });

  it.concurrent('is not led astray by what people are called, write and name their meeting', async () => {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'zoom', lobby: true, variants: ['recording-consent', 'disclaimer'] });
    const ann = await room.join({ name: 'You have been removed' });
    const ben = await room.join({ name: 'This meeting has been ended by host' });
    const bot = order(room);
    await room.waitForKnock('Earshot');
    await until(bot, 'knocked');
    room.host.admit('Earshot');
    await until(bot, 'recordingStarted');
    await ann.sendChat(fatal);
    await media.moments.until(() => media.chatOf(bot.botId).some(({ text }) => text === fatal), 'the chat');
    // The notice over the meeting was read: there is sound.
    await media.moments.until(() => media.framesOf(bot.botId).length > 0, 'sound');
    await ben.say(sentence);
    expect(scheduler.seen(bot.botId)).toEqual(['knocked', 'entered', 'recordingStarted']);
    room.host.remove('Earshot');
    expect((await endOf(bot)).reason).toBe(EndReason.REMOVED);
    await Promise.all([ann.leave(), ben.leave()]);
  });

  it.concurrent(
    'enters where the page asks for the passcode, and where the client is in a frame; says when the meeting ends',
    async () => {
      const { lab } = fixture;
      const rooms = ['asks-passcode', 'frame'].map((variant) => lab.createRoom({ face: 'zoom', variants: [variant] }));
      const bots = rooms.map((room) => order(room));
      await Promise.all(bots.map((bot) => until(bot, 'recordingStarted')));
      for (const room of rooms) room.host.end();
      const ends = await Promise.all(bots.map(endOf));
      expect(ends.map(({ reason }) => reason)).toEqual([EndReason.MEETING_ENDED, EndReason.MEETING_ENDED]);
    },
  );

  it.concurrent(
    'leaves the waiting room: when told to, after its time, refused; and waits for a host who is not there',
    async () => {
      const { lab, scheduler } = fixture;
      const make = (variants: string[] = []) => lab.createRoom({ face: 'zoom', lobby: true, variants });
      const [stopped, late, refused, early] = [make(), make(), make(), make(['not-started'])] as const;
      const bots = [
        order(stopped),
        order(late, { leave: { ...leave, waitingRoomSeconds: 1 } }),
        order(refused),
        order(early),
      ] as const;
      await Promise.all(bots.map((bot) => until(bot, 'knocked')));
      scheduler.stop(bots[0]);
      refused.host.deny('Earshot');
      early.host.admit('Earshot');
      await until(bots[3], 'recordingStarted');
      scheduler.stop(bots[3]);
      const ends = await Promise.all(bots.map(endOf));
      expect(ends.map(({ reason }) => reason)).toEqual([
        EndReason.STOP_ORDERED,
        EndReason.WAITING_ROOM_TIMEOUT,
        EndReason.DENIED,
        EndReason.STOP_ORDERED,
      ]);
      expect(stopped.knocks()).toEqual([]);
    },
  );

  it.concurrent.each([
    ['who is called like the bot', 'Earshot', /^name:Earshot$/],
    ['whose name is longer than any', 'Ann Lee '.repeat(50).trim(), /^name:(Ann Lee ){20}.*~[0-9a-f]{32}$/],
  ])('knows the voice of somebody %s', async (_, name, id) => {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'zoom' });
    const person = await room.join({ name });
    const bot = order(room);
    await media.moments.until(() => media.framesOf(bot.botId).length > 0, 'sound');
    await person.say(sentence);
    const owner = () => media.changesOf(bot.botId).find(({ trackIds }) => trackIds.length > 0)?.participantId;
    expect(await media.moments.until(owner, 'the voice named')).toMatch(id);
    // What they write is theirs, whatever they are called.
    await person.sendChat('not what the bot has written');
    const written = () => media.chatOf(bot.botId).find(({ text }) => text === 'not what the bot has written');
    expect(await media.moments.until(written, 'the chat')).toMatchObject({ own: false });
    expect(new Set(media.changesOf(bot.botId).map(({ participantId }) => participantId)).size).toBe(1);
    scheduler.stop(bot);
    await endOf(bot);
    await person.leave();
  });

  it.concurrent('leaves when everyone has left', async () => {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'zoom' });
    const ann = await room.join({ name: 'Ann' });
    const bot = order(room, { leave: { ...leave, everyoneLeftSeconds: 1 } });
    await media.moments.until(() => media.changesOf(bot.botId).length > 0, 'the roster');
    await ann.leave();
    expect((await endOf(bot)).reason).toBe(EndReason.EVERYONE_LEFT);
    expect(scheduler.seen(bot.botId)).not.toContain('knocked');
  });

  it.concurrent('says which wall it met, and tries none', async () => {
    const { lab, scheduler } = fixture;
    const wall = (variant: string) => order(lab.createRoom({ face: 'zoom', variants: [variant] }));
    const wrongPasscode = lab.createRoom({ face: 'zoom' }).link.replace(/pwd=.*/, 'pwd=none');
    const expected: [Ordered, EndReason][] = [
      [wall('registration'), EndReason.SIGN_IN_REQUIRED],
      [wall('sign-in'), EndReason.SIGN_IN_REQUIRED],
      [wall('captcha'), EndReason.BLOCKED],
      [wall('bot-wall'), EndReason.BLOCKED],
      [scheduler.order({ platform, meetingUrl: wrongPasscode }), EndReason.WRONG_LINK],
      [scheduler.order({ platform, meetingUrl: wrongPasscode.replace('?pwd=none', '') }), EndReason.WRONG_LINK],
      [scheduler.order({ platform, meetingUrl: 'https://zoom.us/j/99999999999' }), EndReason.WRONG_LINK],
      [scheduler.order({ platform, meetingUrl: 'https://zoom.us/j/' }), EndReason.WRONG_LINK],
    ];
    const ends = await Promise.all(expected.map(([bot]) => endOf(bot)));
    expect(ends.map(({ reason }) => reason)).toEqual(expected.map(([, reason]) => reason));
  });
});
