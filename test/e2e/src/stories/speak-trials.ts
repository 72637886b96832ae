import { setTimeout as delay } from 'node:timers/promises';
import { createResampler } from '@earshot/audio';
import { samplesOf, type Screen } from '@earshot/demo';
import {
  eventually,
  listenTo,
  openFixture,
  piecesOf,
  PRESENT_SHARE,
  type ControlConnection,
  type Fixture,
} from '@earshot/harness';
import { MINUTE, SECOND } from '@earshot/kernel';
import type { LabParticipant } from '@earshot/lab';
import { sentences } from '@earshot/sandbox';
import type { E2eStory } from '../story.ts';
import { bringIn } from './speak.ts';

const RATE = 48_000;
/** Beside what it lasts. */
const WAIT_MS = 6 * MINUTE;

/** How a customer may send its audio: all at once, or each piece when it has it, some of them late. */
interface Delivery {
  readonly sampleRate: number;
  readonly channels: number;
  readonly pieceMs: number;
  /** How late a piece comes, at most; undefined: all at once. */
  readonly lateMs?: number;
}

const deliveries: readonly Delivery[] = [
  { sampleRate: 8000, channels: 1, pieceMs: 20 },
  { sampleRate: 16_000, channels: 1, pieceMs: 100, lateMs: 80 },
  { sampleRate: 24_000, channels: 2, pieceMs: 500 },
  { sampleRate: 48_000, channels: 1, pieceMs: 20, lateMs: 30 },
  { sampleRate: 48_000, channels: 2, pieceMs: 2000 },
];

/** A customer who sends as customers do, a socket and a joiner that are lost in the middle, and a bot that speaks for long. */
export function speakingTrials({ speaksMs }: { readonly speaksMs: number }): E2eStory {
  return {
    name: `a bot speaks whole sentences whatever becomes of its customer's socket, and never interrupts itself in ${speaksMs / SECOND} s`,
    isSlow: true,
    async play(screen) {
      await using fixture = await openFixture({ face: 'web' });
      const signal = AbortSignal.timeout(speaksMs + WAIT_MS);
      const ann = await fixture.room.join({ name: 'Ann' });
      const { control, botId } = await bringIn(fixture, fixture.room, signal);
      const sentence = await samplesOf(sentences[4]?.text ?? '');
      const trial = { fixture, ann, botId, screen, sentence, signal };
      const checks = [];
      for (const delivery of deliveries) checks.push(await inPieces(trial, control, delivery));
      checks.push(await withoutSelfInterruption(trial, control, speaksMs));
      checks.push(await socketLost(trial, control));
      checks.push(await joinerLost(trial));
      return checks;
    },
  };
}

interface Trial {
  readonly fixture: Fixture;
  readonly ann: LabParticipant;
  readonly botId: string;
  readonly screen: Screen;
  readonly sentence: Int16Array;
  readonly signal: AbortSignal;
}

async function inPieces({ ann, sentence }: Trial, control: ControlConnection, delivery: Delivery) {
  const { sampleRate, channels, pieceMs, lateMs } = delivery;
  const pcm = interleave(createResampler({ fromRate: RATE, toRate: sampleRate }).process(sentence), channels);
  const hear = await listenTo(ann, 'Earshot');
  const samples = (sampleRate / SECOND) * pieceMs * channels;
  const startedAt = Date.now();
  for (let at = 0, number = 0; at < pcm.length; at += samples, number += 1) {
    // As fast as it sounds, each third piece late, and those behind it with it.
    const due = number * pieceMs + (number % 3 === 1 ? (lateMs ?? 0) : 0);
    if (lateMs !== undefined) await delay(Math.max(0, startedAt + due - Date.now()));
    control.say(pcm.subarray(at, at + samples), { sampleRate, channels });
  }
  const how = lateMs === undefined ? 'at once' : `up to ${lateMs} ms late`;
  const what = `${sampleRate} Hz, ${channels} channel(s), pieces of ${pieceMs} ms ${how}`;
  return isWhole(what, (await hear((sentence.length / RATE) * SECOND + 2 * SECOND)).pcm, sentence);
}

/** Who speaks alone is never told that somebody has begun to speak. */
async function withoutSelfInterruption({ screen, sentence }: Trial, control: ControlConnection, speaksMs: number) {
  const until = Date.now() + speaksMs;
  let speeches = 0;
  for (; Date.now() < until; speeches += 1) {
    control.say(sentence);
    await delay((sentence.length / RATE) * SECOND + 1500);
    if (speeches % 20 === 0) screen.line(`${speeches + 1} speeches`, 'dim');
  }
  const told = control.messages.filter(({ body }) => body.command === 'interrupt').length;
  return { check: `${told} interruptions by itself in ${speeches} speeches`, passed: told === 0 && speeches > 0 };
}

/** What was received goes on while the socket is away, and what follows comes by the next one. */
async function socketLost({ fixture: { customer }, ann, sentence, signal, screen }: Trial, control: ControlConnection) {
  const before = customer.control.length;
  const hear = await listenTo(ann, 'Earshot');
  const half = Math.floor(sentence.length / 2);
  control.say(sentence.subarray(0, half));
  screen.line('the socket is cut', 'red');
  await delay(200);
  control.cut();
  const isReady = () => customer.control.slice(before).find(({ messages }) => messages[0]?.body.type === 'ready');
  const next = await customer.watched.until(isReady, signal);
  next.say(sentence.subarray(half));
  const { pcm } = await hear((sentence.length / RATE) * SECOND + 2 * SECOND);
  return isWhole('a socket that is cut in the middle', pcm, sentence.subarray(0, half), sentence.subarray(half));
}

/** The bot comes back with another joiner, and its control socket with it. */
async function joinerLost({ fixture, ann, sentence, signal, screen }: Trial) {
  const { customer, stack, room } = fixture;
  const before = customer.control.length;
  customer.control.at(-1)?.say(sentence);
  await delay(500);
  screen.line('kill -9 joiner', 'red');
  stack.processes.get('joiner')?.kill('SIGKILL');
  const isReady = () => customer.control.slice(before).find(({ messages }) => messages[0]?.body.type === 'ready');
  const next = await customer.watched.until(isReady, signal);
  await eventually(async () => room.participants().filter(({ name }) => name === 'Earshot').length === 1, { signal });
  const hear = await listenTo(ann, 'Earshot');
  next.say(sentence);
  return isWhole(
    'a joiner that is killed in the middle, then a sentence to the next',
    (await hear((sentence.length / RATE) * SECOND + 3 * SECOND)).pcm,
    sentence,
  );
}

/** Whether all of it was heard; of parts, each somewhere. */
function isWhole(what: string, heard: Int16Array, ...parts: readonly Int16Array[]) {
  const pieces = parts.flatMap((part) => piecesOf(heard, part, { from: 0, to: heard.length - part.length }));
  const missing = pieces.filter(({ share }) => share < PRESENT_SHARE).length;
  return {
    check: `${what}: ${missing} of ${pieces.length} half seconds missing`,
    passed: pieces.length > 0 && missing === 0,
  };
}

function interleave(pcm: Int16Array, channels: number): Int16Array {
  const out = new Int16Array(pcm.length * channels);
  for (const [index, sample] of pcm.entries()) out.fill(sample, index * channels, (index + 1) * channels);
  return out;
}
