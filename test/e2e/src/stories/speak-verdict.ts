import { parseWav, wavHeader } from '@earshot/audio';
import type { Screen } from '@earshot/demo';
import {
  asEncoded,
  findSpeech,
  PRESENT_SHARE,
  wordErrorRate,
  type ControlConnection,
  type Fixture,
  type Listened,
} from '@earshot/harness';

/** With what the codec makes of it, half a second at a time; a jitter buffer that has to catch up takes some of it away. */
const CORRELATION = 0.7;
const SAMPLES_PER_MS = 48;
/** How far a sound may lie from where the clocks say. */
const NEAR_SAMPLES = 2000 * SAMPLES_PER_MS;
/** Of words, as for a transcript. */
const LARGEST_WORD_ERROR_RATE = 0.25;

/** When a command was sent, and what another participant was played around it. */
export interface Spoken {
  readonly sentAt: number;
  readonly heard: Listened;
}

export interface BargedIn extends Spoken {
  /** When the person began to speak. */
  readonly startedAt: number;
  readonly told: Readonly<Record<string, unknown>>;
}

export interface SpokenMeeting {
  readonly fixture: Fixture;
  readonly screen: Screen;
  readonly face: string;
  readonly botId: string;
  readonly control: ControlConnection;
  readonly words: { readonly SAYS: string; readonly ANSWERS: string };
  readonly sentence: Int16Array;
  /** What the other said when the bot had come, and when. */
  readonly answer: Int16Array;
  readonly answeredAt: number;
  readonly sentenceHeard: Spoken;
  readonly interrupted: Spoken;
  readonly bargedIn: BargedIn;
  /** Of the error that the customer was sent when the host muted the bot; undefined where none could. */
  readonly mutedCode: string | undefined;
}

/** What came of a meeting in which the bot spoke. */
export async function judgeSpeaking(meeting: SpokenMeeting) {
  const { face, control, bargedIn, mutedCode, fixture, botId, sentence, answer, words } = meeting;
  const { heard, sentAt } = meeting.sentenceHeard;
  const encoded = asEncoded(sentence);
  const match = findSpeech(heard.pcm, encoded, { from: 0, to: heard.pcm.length - sentence.length });
  const said = await recognised(fixture, heard.pcm);
  const rate = wordErrorRate(words.SAYS, said);
  const silentAfterMs = silenceAfter(meeting.interrupted);
  const recording = await recordingOf(fixture, botId);
  const { StartTime } = (await fixture.api.request('GET', `/bots/${botId}/detail`)).body.bot_details;
  // Both begin with the recording.
  const around = (at: number) => {
    const sample = (at - Date.parse(StartTime)) * SAMPLES_PER_MS;
    return { from: sample - NEAR_SAMPLES, to: sample + NEAR_SAMPLES };
  };
  const inRecording = findSpeech(recording, sentence, around(sentAt));
  const live = liveOf(fixture, botId);
  const own = findSpeech(live, sentence, around(sentAt)).correlation;
  const others = findSpeech(live, answer, around(meeting.answeredAt)).correlation;
  const transcript = await transcriptOf(fixture, botId);
  const outcomes = speechesOf(fixture, botId);
  const by = `${face}:`;
  return [
    {
      check: `${by} another participant hears the bot's sentence: correlation ${match.correlation.toFixed(3)}, word error rate ${rate.toFixed(2)} ("${said}")`,
      passed: match.correlation >= CORRELATION && rate <= LARGEST_WORD_ERROR_RATE,
    },
    {
      check: `${by} from the customer's first byte to the ear ${Math.round(heard.timeOf(match.offset) - sentAt)} ms, without the listener's jitter buffer`,
      passed: match.correlation >= CORRELATION,
    },
    {
      check: `${by} interrupted, it is silent after ${silentAfterMs === undefined ? 'more than 2 s' : `${Math.round(silentAfterMs)} ms`}`,
      passed: silentAfterMs !== undefined,
    },
    {
      check: `${by} the customer is told of ${String(bargedIn.told['speaker_name'])} ${bargedIn.sentAt - bargedIn.startedAt} ms after they began to speak, ${String(bargedIn.told['played_ms'])} ms into the speech`,
      passed: bargedIn.told['speaker_name'] === 'Ann' && Number(bargedIn.told['played_ms']) > 0,
    },
    {
      check: `${by} muted by the host, its customer is told: ${mutedCode}`,
      passed: mutedCode === (face === 'web' ? undefined : 'muted_by_host'),
    },
    {
      check: `${by} callbacks of its speeches: ${outcomes.join(', ')}`,
      passed: outcomes.join(', ') === `${EXPECTED}${face === 'web' ? '' : ', muted'}`,
    },
    {
      check: `${by} its voice is in the recording: correlation ${inRecording.correlation.toFixed(3)}, ${inRecording.gainDb.toFixed(1)} dB`,
      passed: inRecording.correlation >= 0.9 && Math.abs(inRecording.gainDb) < 3,
    },
    {
      check: `${by} and not in the live audio (correlation ${own.toFixed(2)}; of what somebody else said ${others.toFixed(2)})`,
      passed: own < PRESENT_SHARE && others > 0.8,
    },
    {
      check: `${by} the transcript has what the other said: "${transcript}"`,
      passed: wordErrorRate(`${words.ANSWERS} ${words.ANSWERS}`, transcript) <= LARGEST_WORD_ERROR_RATE,
    },
    { check: `${by} the control socket was closed with ${control.closeCode}`, passed: control.closeCode === 1000 },
  ];
}

const EXPECTED = 'completed whole, interrupted, interrupted';

/** From the command to the last sound, milliseconds. */
export function silenceAfter({ sentAt, heard }: Spoken): number | undefined {
  const end = heard.silentFrom(heard.sampleAt(sentAt));
  return end === undefined ? undefined : Math.max(0, heard.timeOf(end) - sentAt);
}

/** What the sandbox's recogniser hears in 48 kHz. */
export async function recognised({ sandbox }: Fixture, pcm: Int16Array): Promise<string> {
  const header = wavHeader({ sampleRate: 48_000, channels: 1, bytes: pcm.byteLength });
  const form = new FormData();
  form.set(
    'file',
    new Blob([Buffer.concat([header, Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength)])], { type: 'audio/wav' }),
    'heard.wav',
  );
  form.set('model', 'whisper-1');
  const headers = { authorization: `Bearer ${sandbox.keys.openai}` };
  const response = await fetch(`${sandbox.openaiUrl}/audio/transcriptions`, { method: 'POST', headers, body: form });
  const { text = '' } = (await response.json()) as { text?: string };
  return text;
}

async function recordingOf({ api }: Fixture, botId: string): Promise<Int16Array> {
  const { body } = await api.request('GET', `/bots/${botId}/get_audio`);
  return parseWav(Buffer.from(await (await fetch(body.audio_url)).arrayBuffer())).pcm;
}

/** What the customer's live audio socket got of this bot, one sample behind the other. */
function liveOf({ customer }: Fixture, botId: string): Int16Array {
  const lines = customer.audio.filter(({ texts }) => texts[0]?.includes(botId));
  const bytes = Buffer.concat(lines.flatMap(({ frames }) => frames.map(({ pcm }) => pcm)));
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

async function transcriptOf({ api }: Fixture, botId: string): Promise<string> {
  const { body: detail } = await api.request('GET', `/bots/${botId}/detail`);
  const { body } = await api.request('GET', `/transcript/${detail.bot_details.transcript_id}/get_transcript`);
  return Array.isArray(body) ? body.map(({ transcript }: { transcript: string }) => transcript).join(' ') : '';
}

/** How each speech of the bot ended, in their order; each began before. */
function speechesOf({ customer }: Fixture, botId: string): string[] {
  const callbacks = customer.callbacks.map(({ body }) => body).filter(({ bot_id: id }) => id === botId);
  const begun = new Set<string>();
  return callbacks.flatMap((body) => {
    if (body.event === 'bot.speech_started') begun.add(body.speech_id);
    if (body.event !== 'bot.speech_ended') return [];
    const isWhole = body.heard_ms === body.total_ms;
    return `${begun.has(body.speech_id) ? '' : 'not begun, '}${body.outcome}${isWhole ? ' whole' : ''}`;
  });
}
