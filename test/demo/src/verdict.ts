import { findSpeech, wordErrorRate, type Customer, type Received } from '@earshot/harness';
import { percentile, toSamples } from './latency.ts';
import { speakers, spokenBy } from './script.ts';
import { callbackName, type Seen } from './story.ts';

/** One thing that has to be so, and whether it was. */
export interface Check {
  readonly check: string;
  readonly passed: boolean;
  /** Holds only while every process lives: what goes out live is not repeated. */
  readonly isLive?: true;
}

export interface Verdict {
  readonly checks: readonly Check[];
  readonly summary: Summary;
}

export interface Summary {
  readonly bot_id: string;
  readonly callbacks: readonly { event: string; bot_status?: string; status_code: number; at: string }[];
  readonly participants: readonly string[];
  readonly transcript: readonly { speaker: string; text: string }[];
  readonly word_error_rate: number;
  readonly audio_seconds: number;
  readonly audio: {
    correlation_min: number;
    gain_db_max: number;
    drift_ms_per_minute: number;
    /** Each sentence's place in the recording against the meeting's clock, less the first's. */
    offsets_ms: number[];
  };
  readonly live_audio: { frames: number; bytes: number; latency_ms: { p50: number; p95: number } };
  readonly live_transcript: { messages: number; finals: number };
  readonly deleted_objects: number;
}

/** The goal for the word error rate over all speakers. */
const LARGEST_WORD_ERROR_RATE = 0.25;
const expectedCallbacks = 'joining 102, InMeeting 200, Stopped 500, audio 200, transcript 200, data_deletion 200';

/** Compares what was seen with what was promised. */
export function judge(seen: Seen, customer: Customer): Verdict {
  const received = withoutRepetitions(customer.callbacks);
  const callbacks = received.map((callback) => `${callbackName(callback)} ${callback.body.status_code}`).join(', ');
  const rate = overallWordErrorRate(seen);
  const line = customer.audio[0];
  const live = toSamples(Buffer.concat(line?.frames.map((frame) => frame.pcm) ?? []));
  const latencies = seen.heard.flatMap((sentence) => sentence.latenciesMs);
  const correlations = seen.heard.map((sentence) => sentence.match.correlation);
  const gains = seen.heard.map((sentence) => Math.abs(sentence.match.gainDb));
  const drift = driftMsPerMinute(seen);
  const finals = customer.live.filter(({ body }) => body.is_final);
  const strangers = finals.filter(({ body }) => !speakers.includes(body.speakerName)).length;
  const hooks = customer.participants.map(
    ({ body }) => `${body.event.split('.')[1]} ${body.data.data.participant.name}`,
  );
  const people = seen.participants.map((person) => person.displayName).toSorted();

  const checks: Check[] = [
    { check: `callbacks in order: ${callbacks}`, passed: callbacks === expectedCallbacks },
    { check: 'each callback once', passed: received.length === customer.callbacks.length, isLive: true },
    {
      check: `word error rate ${rate.toFixed(3)} over all speakers (at most ${LARGEST_WORD_ERROR_RATE})`,
      passed: rate <= LARGEST_WORD_ERROR_RATE,
    },
    { check: 'every sentence under its own speaker', passed: isAttributed(seen) },
    {
      check: `${finals.length} live finals, each with its speaker`,
      passed: strangers === 0 && finals.length > 0,
      isLive: true,
    },
    { check: `participants: ${people.join(', ')}`, passed: people.join() === 'Alice,Bob,Carol' },
    {
      check: `participant webhooks: ${hooks.join(', ')}`,
      passed:
        hooks.includes('join Carol') &&
        hooks.indexOf('leave Carol') > hooks.indexOf('join Carol') &&
        hooks.includes('leave Alice'),
    },
    {
      check: `the audio socket delivered the recording, byte for byte${seen.answer ? ', without what the bot said' : ''}`,
      passed: isSame(live, seen),
      isLive: true,
    },
    ...answerChecks(seen, live),
    {
      check: 'the audio socket began with "ready" and closed with 1000',
      passed: isReady(line?.texts[0]) && line?.closeCode === 1000,
      isLive: true,
    },
    {
      check: `every sentence is in the recording: correlation at least ${Math.min(...correlations).toFixed(3)}, level within ${Math.max(...gains).toFixed(2)} dB`,
      passed: correlations.length > 0 && Math.min(...correlations) > 0.5 && Math.max(...gains) <= 3,
    },
    // A media-streamer that was killed times its tracks anew: a shift of some milliseconds, in the middle of a sentence.
    {
      check: `as it was said: correlation above 0.8, drift ${drift.toFixed(1)} ms a minute (under 20)`,
      passed: Math.min(...correlations) > 0.8 && Math.abs(drift) < 20,
      isLive: true,
    },
    {
      check: `the bot greeted the meeting once: "${seen.chat.join('", "')}"`,
      passed: seen.chat.filter((text) => text === 'Hello, I am taking notes.').length === 1,
    },
    {
      check: `${seen.deletedObjects} objects deleted; asked again: ${seen.afterDeletion.join(', ')}; files left: ${seen.filesLeft.length}`,
      passed:
        seen.deletedObjects > 0 && seen.afterDeletion.every((status) => status === 404) && seen.filesLeft.length === 0,
    },
  ];
  return {
    checks,
    summary: {
      bot_id: seen.botId,
      callbacks: received.map(({ body }) => ({
        event: body.event,
        bot_status: body.bot_status,
        status_code: body.status_code,
        at: body.timestamp,
      })),
      participants: people,
      transcript: seen.transcript.map(({ speaker, transcript }) => ({ speaker, text: transcript })),
      word_error_rate: rate,
      audio_seconds: seen.audioSeconds,
      audio: {
        correlation_min: Math.min(...correlations),
        gain_db_max: Math.max(...gains),
        drift_ms_per_minute: drift,
        /** Each sentence's place in the recording against the meeting's clock, less the first's. */
        offsets_ms: offsetsMs(seen),
      },
      live_audio: {
        frames: line?.frames.length ?? 0,
        bytes: live.byteLength,
        latency_ms: { p50: percentile(latencies, 0.5), p95: percentile(latencies, 0.95) },
      },
      live_transcript: { messages: customer.live.length, finals: finals.length },
      deleted_objects: seen.deletedObjects,
    },
  };
}

/** At least once means that a receiver looks at the message id. */
function withoutRepetitions(callbacks: readonly Received[]): Received[] {
  return [
    ...new Map(callbacks.toReversed().map((callback) => [callback.headers['webhook-id'], callback])).values(),
  ].toReversed();
}

/** All words of all speakers: each speaker's against that speaker's script, weighted by length. */
function overallWordErrorRate({ transcript }: Seen): number {
  let errors = 0;
  let words = 0;
  for (const who of speakers) {
    const reference = spokenBy(who).join(' ');
    const count = reference.split(' ').length;
    errors += wordErrorRate(reference, textOf(transcript, who)) * count;
    words += count;
  }
  const strangers = transcript.filter(({ speaker }) => !speakers.includes(speaker));
  errors += strangers.flatMap(({ transcript: text }) => text.split(' ')).length;
  return errors / words;
}

/** Each sentence is nearer to its own speaker's transcript than to anybody else's. */
function isAttributed({ transcript }: Seen): boolean {
  return speakers.every((who) =>
    speakers.every((other) => {
      const reference = spokenBy(who).join(' ');
      return (
        other === who ||
        wordErrorRate(reference, textOf(transcript, who)) < wordErrorRate(reference, textOf(transcript, other))
      );
    }),
  );
}

function textOf(transcript: Seen['transcript'], who: string): string {
  return transcript
    .filter(({ speaker }) => speaker === who)
    .map(({ transcript: text }) => text)
    .join(' ');
}

/**
 * How far the recording's clock moves against the meeting's: the median slope between any two sentences (Theil-Sen), so
 * that one held-up sentence is not taken for a clock. The meeting's first sentence is left out: a track settles in its
 * first seconds, once. A meeting shorter than a minute is held to a minute's bound.
 */
function driftMsPerMinute(seen: Seen): number {
  const offsets = offsetsMs(seen);
  const slopes = seen.speeches.flatMap((later, at) =>
    seen.speeches.slice(1, at).map((earlier, before) => {
      const minutes = (later.startedAt - earlier.startedAt) / 60_000;
      return ((offsets[at] ?? NaN) - (offsets[before + 1] ?? NaN)) / Math.max(1, minutes);
    }),
  );
  return percentile(slopes, 0.5);
}

function offsetsMs({ heard, speeches }: Seen): number[] {
  const offsets = heard.map(({ match }, index) => match.offset / 48 - (speeches[index]?.startedAt ?? NaN));
  return offsets.map((offset) => Math.round((offset - (offsets[0] ?? NaN)) * 10) / 10);
}

/** How much longer than an answer its last sound may be: what an encoder, or an engine, adds in silence. */
const ANSWER_MARGIN = 48_000 / 2;

/** The same samples, but for one piece as long as the bot's answer. */
function isSame(live: Int16Array, { recording, answer }: Seen): boolean {
  const { from, to } = differenceOf(live, recording);
  const longest = answer ? answer.samples.length + ANSWER_MARGIN : 0;
  return live.length > 0 && live.length === recording.length && to - from <= longest;
}

/** From the first sample that is another to behind the last. */
function differenceOf(live: Int16Array, recording: Int16Array): { from: number; to: number } {
  const differs = (sample: number, at: number) => sample !== recording[at];
  return { from: Math.max(0, live.findIndex(differs)), to: live.findLastIndex(differs) + 1 };
}

/** What another participant heard of the bot, and what of it is recorded, is what it was to say. */
function answerChecks({ answer, recording }: Seen, live: Int16Array): Check[] {
  if (!answer) return [];
  const { text, samples, heard } = answer;
  const { from, to } = differenceOf(live, recording);
  const recorded = recording.subarray(Math.max(0, from - ANSWER_MARGIN), to + ANSWER_MARGIN);
  const [inMeeting = 0, inRecording = 0] = [heard, recorded].map(
    (sound) => findSpeech(sound, samples, { from: 0, to: Math.max(0, sound.length - samples.length) }).correlation,
  );
  return [
    {
      check: `Bob heard the bot say "${text}": correlation ${inMeeting.toFixed(3)}, in the recording ${inRecording.toFixed(3)}`,
      passed: inMeeting > 0.8 && inRecording > 0.8,
    },
  ];
}

function isReady(text: string | undefined): boolean {
  return text !== undefined && JSON.parse(text).type === 'ready';
}
