import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { samplesOf } from '@earshot/demo';
import { asEncoded, eventually, findSpeech } from '@earshot/harness';
import type { LabParticipant, Room } from '@earshot/lab';
import { readPicture } from '../../../services/joiner/src/domain/picture.ts';
import { stripes, type Colour } from './picture-server.ts';
import { openVoiceFixture, receivedBy, type VoiceBot, type VoiceFixture } from './voice-fixture.ts';

const PIECE = 960;
const sentence = 'good morning everybody, the numbers of this quarter are better than those of the last one';
const tone = Int16Array.from({ length: 48_000 * 2 }, (_, at) => 8000 * Math.sin((2 * Math.PI * 300 * at) / 48_000));
/** From one sample of the tone to the next; a click is several times as much. */
const TONE_STEP = (8000 * 2 * Math.PI * 300) / 48_000;

describe('the voice of a bot', { timeout: 120_000 }, () => {
  let fixture: VoiceFixture;
  let room: Room;
  let speaker: VoiceBot;
  let listener: VoiceBot;
  let alice: LabParticipant;
  beforeAll(async () => {
    fixture = await openVoiceFixture();
    room = fixture.lab.createRoom({ face: 'web' });
    alice = await room.join({ name: 'Alice' });
    [speaker, listener] = await Promise.all([fixture.join(room.link, 'Speaker'), fixture.join(room.link, 'Listener')]);
  }, 90_000);
  afterAll(async () => fixture[Symbol.asyncDispose](), 30_000);

  const endOf = (speechId: string) =>
    speaker.moments.until(
      () => speaker.reported.find((event) => event.seen === 'speech-ended' && event.speechId === speechId),
      `the end of ${speechId}`,
      20_000,
    );

  /** So many samples have come to the listener, by a track of one who was silent before. */
  async function allReceived(samples: number): Promise<void> {
    const packets = () => {
      const counts = new Map<string, number>();
      for (const { trackId } of fixture.media.framesOf(listener.botId))
        counts.set(trackId, (counts.get(trackId) ?? 0) + 1);
      return [...counts.values()];
    };
    await fixture.media.moments.until(() => packets().some((count) => count * PIECE >= samples), 'all packets');
  }

  /** The loudest track that another bot received: everybody else is silent. */
  async function received() {
    const tracks = [...(await receivedBy(fixture.media, listener.botId))].map(([id, track]) => ({ id, ...track }));
    const power = ({ samples }: (typeof tracks)[number]) => samples.reduce((sum, each) => sum + each * each, 0);
    return tracks.toSorted((a, b) => power(b) - power(a))[0]!;
  }

  /** Of what the bot has said itself, in the order of its recording, and when its first frame began. */
  function ownVoice(since = 0) {
    const startedAt = fixture.media.of(speaker.botId)?.start.startedAt?.getTime() ?? 0;
    const frames = fixture.media.framesOf(speaker.botId).filter(({ ownVoice: isOwn }) => isOwn);
    const own = frames.slice(since);
    const pcm = own.flatMap(({ payload }) => [...new Int16Array(Uint8Array.from(payload).buffer)]);
    return { count: frames.length, pcm: Int16Array.from(pcm), beginsAt: startedAt + (own[0]?.arrivedMs ?? 0) - 20 };
  }

  const ownReceived = (since: number, samples: number) =>
    fixture.media.moments.until(() => ownVoice(since).pcm.length >= samples, 'all of its own voice', 10_000);

  it('is heard by others as it was given, and goes into the recording as its own', async () => {
    const spoken = await samplesOf(sentence);
    speaker.run.voice.say({ speechId: 'sentence', source: 'api', pcm: spoken, isLast: true });
    const lengthMs = Math.round(spoken.length / 48);
    expect(await endOf('sentence')).toMatchObject({ outcome: 'completed', heardMs: lengthMs, totalMs: lengthMs });
    await allReceived(spoken.length);
    const { samples, packets } = await received();
    const match = findSpeech(samples, asEncoded(spoken), { from: 0, to: samples.length });
    expect(match.correlation).toBeGreaterThan(0.95);
    await ownReceived(0, spoken.length);
    expect(isSame(ownVoice().pcm, spoken)).toBe(true);

    const first = packets.findLast(({ sample }) => sample <= match.offset);
    // It lies in the recording where the meeting heard it.
    expect(Math.abs(ownVoice().beginsAt - (first?.at ?? 0))).toBeLessThan(150);
  });

  it('has no clicks where one piece follows another, late and early ones', async () => {
    const before = (await received()).samples.length;
    const own = ownVoice().count;
    for (let at = 0, pieces = 0; at < tone.length; at += PIECE, pieces += 1) {
      const isLast = at + PIECE >= tone.length;
      speaker.run.voice.say({ speechId: 'tone', source: 'socket', pcm: tone.subarray(at, at + PIECE), isLast });
      // Each piece when it is due, by twos and threes now and then.
      if (pieces % 7 > 1) await setTimeout(20 + 8 * (pieces % 3));
    }
    expect(await endOf('tone')).toMatchObject({ outcome: 'completed', heardMs: tone.length / 48 });
    await allReceived(before + tone.length);
    const heard = (await received()).samples.subarray(before);
    const steps = heard.map((sample, at) => Math.abs(sample - (heard[at - 1] ?? sample)));
    expect(steps.reduce((most, step) => Math.max(most, step))).toBeLessThan(2 * TONE_STEP);
    await ownReceived(own, tone.length);
    expect(isSame(ownVoice(own).pcm, tone)).toBe(true);
  });

  it('is silent at once when it is interrupted, and what was not heard is in no recording', async () => {
    const own = ownVoice().count;
    const spoken = await samplesOf(sentence);
    speaker.run.voice.say({ speechId: 'long', source: 'api', pcm: spoken, isLast: true });
    await speaker.moments.until(
      () => speaker.reported.some((event) => event.seen === 'speech-started' && event.speechId === 'long'),
      'the beginning',
    );
    await setTimeout(500);
    const { heardMs } = speaker.run.voice;
    expect(speaker.run.voice.interrupt('interrupted')).toEqual(['long']);
    expect(speaker.run.voice.isSpeaking).toBe(false);
    const ended = await endOf('long');
    expect(ended).toMatchObject({ outcome: 'interrupted', totalMs: Math.round(spoken.length / 48) });
    const reportedMs = ended?.seen === 'speech-ended' ? ended.heardMs : 0;
    expect(Math.abs(reportedMs - heardMs)).toBeLessThan(200);
    await ownReceived(own, reportedMs * 48 - 48);
    const recorded = ownVoice(own).pcm;
    expect(isSame(recorded, spoken.subarray(0, recorded.length))).toBe(true);
    expect(recorded.length / 48).toBeCloseTo(reportedMs, -1);
  });

  it('sends silence between two speeches, so that what follows a rest is not taken for late', async () => {
    const { id } = await received();
    const count = () => fixture.media.framesOf(listener.botId).filter(({ trackId }) => trackId === id).length;
    const restsFrom = count();
    // Three seconds: a source that rests stops RTP time, and receivers' jitter buffers grow by it.
    await fixture.media.moments.until(() => count() - restsFrom >= 150, 'three seconds of silence', 6000);
  });

  it('goes with a camera that shows one image, another for a while, and the first again', async () => {
    const isSeen = ([red, green, blue]: Colour) =>
      eventually(
        async () => {
          const [, middle] = (await alice.sees('Speaker')) ?? [];
          const seen = middle?.[1] ?? [];
          return [red, green, blue].every((value, at) => Math.abs((seen[at] ?? 1000) - value) < 40);
        },
        { signal: AbortSignal.timeout(20_000) },
      );
    const show = (colour: Colour, displayMs: number) => {
      const picture = readPicture(stripes([colour]));
      if (picture) speaker.run.showImage(picture, displayMs);
    };
    const [red, green]: Colour[] = [
      [200, 40, 40],
      [40, 180, 60],
    ];
    show(red!, 0);
    await isSeen(red!);
    show(green!, 3000);
    await isSeen(green!);
    await isSeen(red!);
  });

  it('is nobody’s who says nothing', async () => {
    const frames = fixture.media.framesOf(listener.botId);
    expect(frames.some(({ ownVoice: isOwn }) => isOwn)).toBe(false);
    expect((await alice.heard())['Listener']?.audioBytes).toBe(0);
    // Nor does a bot take what it says for company.
    const batches = fixture.media.of(speaker.botId)?.batches ?? [];
    expect(batches.flatMap(({ speaking }) => speaking)).toEqual([]);
  });
});

/** What differs is too long to be looked at. */
function isSame(a: Int16Array, b: Int16Array): boolean {
  return a.length === b.length && a.every((sample, at) => sample === b[at]);
}
