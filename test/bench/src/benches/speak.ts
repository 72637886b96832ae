import { setTimeout as delay } from 'node:timers/promises';
import { samplesOf, statusIs } from '@earshot/demo';
import { eventually, findSpeech, listenTo, openFixture, type ControlConnection, type Listened } from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import type { LabParticipant } from '@earshot/lab';
import { percentile, type Bench } from '../bench.ts';
import { measureSixteenStreams } from './sixteen-streams.ts';

/** How often each is done. */
const [SPEECHES, INTERRUPTIONS] = [40, 20];
/** From one to the next; what is said takes less. */
const EVERY_MS = 2 * SECOND;
/** How long a speech sounds until it is interrupted. */
const INTO_SPEECH_MS = 900;
const WAIT_MS = 60 * SECOND;
/** A word that begins at once, and a longer one. */
const [WORD, SENTENCE] = ['please', 'it is important to protect the privacy of our customers'];
/** A meeting of which somebody listens so long at a time: what is heard leaves the page in one piece. */
const LISTENS_FOR = 10;

/** The bot's own share of a conversation's delay. */
export const speak: Bench = {
  measures: `one meeting of two: from the moment a customer sends audio on the control socket to the moment another participant is played it, and from \`interrupt\` to silence, both without the listener's own jitter buffer; and what sixteen live streams cost`,
  async run() {
    return { ...(await measureDelays()), sixteen_streams: await measureSixteenStreams() };
  },
};

async function measureDelays() {
  await using fixture = await openFixture({ face: 'web' });
  const { api, customer, room } = fixture;
  const signal = AbortSignal.timeout(WAIT_MS);
  const ann = await room.join({ name: 'Ann' });
  const ordered = await api.request('POST', '/bots/create_bot', {
    ...{ meeting_link: room.link, bot_name: 'Earshot' },
    socket_connection_url: { websocket_url: customer.controlUrl },
  });
  const { bot_id: botId } = ordered.body;
  await eventually(async () => statusIs(await api.request('GET', `/bots/${botId}/status`), 'Recording'), { signal });
  const control = await customer.watched.until(() => customer.control[0], signal);
  const [word, sentence] = await Promise.all([samplesOf(WORD), samplesOf(SENTENCE)]);
  // The first finds everything at rest: it is told apart.
  const [first] = await delays(ann, control, { pcm: word, count: 1 });
  const all = await delays(ann, control, { pcm: word, count: SPEECHES });
  const silences = await interruptions(ann, control, { pcm: sentence, count: INTERRUPTIONS });
  return {
    speeches: all.length,
    first_ms: Math.round(first?.ms ?? NaN),
    p50_ms: percentile(ownOf(all), 0.5),
    p95_ms: percentile(ownOf(all), 0.95),
    p95_at_the_ear_ms: percentile(earsOf(all), 0.95),
    interruptions: silences.length,
    interrupt_p50_ms: percentile(ownOf(silences), 0.5),
    interrupt_p95_ms: percentile(ownOf(silences), 0.95),
    interrupt_p95_at_the_ear_ms: percentile(earsOf(silences), 0.95),
  };
}

interface Delay {
  /** Without the listener's jitter buffer. */
  readonly ms: number;
  readonly bufferedMs: number;
}

const ownOf = (delays: readonly Delay[]) => delays.map(({ ms }) => ms);
const earsOf = (delays: readonly Delay[]) => delays.map(({ ms, bufferedMs }) => ms + bufferedMs);

interface Series {
  readonly pcm: Int16Array;
  readonly count: number;
}

/** From the first byte to the ear, milliseconds, of each that was heard. */
async function delays(listener: LabParticipant, control: ControlConnection, series: Series): Promise<Delay[]> {
  return inTurns(listener, series, async (pcm) => {
    const sentAt = Date.now();
    control.say(pcm);
    return (heard) => {
      const window = { from: heard.sampleAt(sentAt), to: heard.sampleAt(sentAt + EVERY_MS / 2) };
      const match = findSpeech(heard.pcm, pcm, window);
      return match.correlation > 0.8 ? heard.timeOf(match.offset) - sentAt : undefined;
    };
  });
}

async function interruptions(listener: LabParticipant, control: ControlConnection, series: Series): Promise<Delay[]> {
  return inTurns(listener, series, async (pcm) => {
    control.say(pcm);
    await delay(INTO_SPEECH_MS);
    const sentAt = Date.now();
    control.send({ command: 'interrupt', action: 'clear_audio_queue' });
    return (heard) => {
      const end = heard.silentFrom(heard.sampleAt(sentAt));
      return end === undefined ? undefined : heard.timeOf(end) - sentAt;
    };
  });
}

type Judge = (heard: Listened) => number | undefined;

/** One after the other, heard by somebody who listens to some of them at a time. */
async function inTurns(
  listener: LabParticipant,
  { pcm, count }: Series,
  play: (pcm: Int16Array) => Promise<Judge>,
): Promise<Delay[]> {
  const figures: Delay[] = [];
  for (let done = 0; done < count; done += LISTENS_FOR) {
    const turns = Math.min(LISTENS_FOR, count - done);
    const hear = await listenTo(listener, 'Earshot');
    const judges: Judge[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      const next = delay(EVERY_MS);
      judges.push(await play(pcm));
      await next;
    }
    const heard = await hear(SECOND);
    const { bufferedMs } = heard;
    figures.push(...judges.flatMap((judge) => toDelay(judge(heard), bufferedMs)));
  }
  return figures;
}

const toDelay = (ms: number | undefined, bufferedMs: number): Delay[] => (ms === undefined ? [] : [{ ms, bufferedMs }]);
