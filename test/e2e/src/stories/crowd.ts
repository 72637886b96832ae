import { setTimeout as pause } from 'node:timers/promises';
import { parseWav } from '@earshot/audio';
import { samplesOf, statusIs, type Screen } from '@earshot/demo';
import { eventually, piecesOf, PRESENT_SHARE, openFixture, type AudioChunk, type Fixture } from '@earshot/harness';
import { speechFile, type LabParticipant } from '@earshot/lab';
import { sentences } from '@earshot/sandbox';
import type { E2eStory } from '../story.ts';
import { deedsOf, lottery, type Deed } from './crowd-script.ts';

const SAMPLES_PER_MS = 48;
/** How far a sentence may lie from where the clocks say, and how far the naming of a frame may lag, in milliseconds. */
const [SEARCH_MS, NAMING_MS] = [500, 400];
const PIECE_MS = 500;
/** More voices than this at a time and nobody is understood. */
const VOICES_AT_A_TIME = 2;
const WAIT_MS = 120_000;

interface CrowdOptions {
  readonly people: number;
  readonly lastsMs: number;
  readonly seed: number;
}

interface Speech {
  readonly who: string;
  readonly text: string;
  /** What its speaker had done right before. */
  readonly after: Deed | 'enter';
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A sentence as it is in the recording; times are those of the recording, in milliseconds. */
interface Heard {
  readonly who: string;
  readonly text: string;
  readonly after: Speech['after'];
  readonly fromMs: number;
  readonly toMs: number;
  /** Of each half second, how much is there. */
  readonly shares: readonly number[];
  /** How many of these have a gap inside. */
  readonly torn: number;
}

interface Visit {
  readonly name: string;
  readonly enteredAt: number;
  leftAt?: number;
}

/** Everything that the crowd did, by the lab's own knowledge. */
interface Chronicle {
  readonly speeches: Speech[];
  readonly visits: Visit[];
  readonly deeds: Record<Deed, number>;
}

/** Many people who do as they like: no word is lost, and each is somebody's. */
export function crowd(options: CrowdOptions): E2eStory {
  return {
    name: `${options.people} people join, speak, mute, swap microphones and leave at random for ${options.lastsMs / 1000} s`,
    async play(screen) {
      await using fixture = await openFixture({ face: 'web' });
      return await playCrowd(fixture, options, screen);
    },
  };
}

async function playCrowd(fixture: Fixture, options: CrowdOptions, screen: Screen) {
  const { api, customer, room } = fixture;
  const signal = AbortSignal.timeout(options.lastsMs + WAIT_MS);
  for (const { text } of sentences) await speechFile(text);
  const first = await room.join({ name: 'Host', isCrowd: true });
  const ordered = await api.request('POST', '/bots/create_bot', {
    meeting_link: room.link,
    bot_name: 'Earshot',
    live_audio_required: { websocket_url: customer.liveAudioUrl },
    automatic_leave: { everyone_left_timeout: 5 },
  });
  if (ordered.status !== 201) throw new Error(`create_bot answered ${ordered.status}: ${ordered.body.message}`);
  const path = `/bots/${ordered.body.bot_id}`;
  await eventually(async () => statusIs(await api.request('GET', `${path}/status`), 'Recording'), { signal });

  const chronicle = await liveOn(fixture, options, screen);
  await first.leave();
  await eventually(async () => (await api.request('GET', `${path}/get_audio`)).status === 200, { signal });
  await customer.watched.until(() => customer.audio.at(-1)?.closeCode === 1000, signal);

  const audio = await api.request('GET', `${path}/get_audio`);
  const { StartTime } = (await api.request('GET', `${path}/detail`)).body.bot_details;
  const recording = parseWav(Buffer.from(await (await fetch(audio.body.audio_url, { signal })).arrayBuffer())).pcm;
  const people: { displayName: string }[] = (await api.request('GET', `${path}/get_participants`)).body;
  const listed = people.map(({ displayName }) => displayName).toSorted();

  const startedAt = Date.parse(StartTime);
  const heard: Heard[] = [];
  for (const speech of chronicle.speeches) heard.push(await hear(speech, { recording, startedAt }));
  const strangers = heard.filter((speech) => !isNamed(speech, heard, customer.audio[0])).map(({ who }) => who);
  const shares = heard.flatMap((speech) => speech.shares);
  for (const { who, text, after, shares: of } of heard)
    if (Math.min(...of) < PRESENT_SHARE)
      screen.line(`${who}, "${text}", after ${after}: ${of.map((share) => share.toFixed(2)).join(' ')}`, 'red');
  const latest = Math.max(...chronicle.speeches.map((speech, at) => lateness(speech, heard[at], startedAt)));
  const { deeds, speeches } = chronicle;
  const visits = ['Host', ...chronicle.visits.map(({ name }) => name)];
  for (const { name, enteredAt, leftAt = NaN } of chronicle.visits)
    if (!listed.includes(name)) screen.line(`${name} was there for ${leftAt - enteredAt} ms and is not listed`, 'red');
  const least = Math.min(...shares);
  const torn = heard.reduce((sum, speech) => sum + speech.torn, 0);
  const told = Object.entries(deeds).map(([does, count]) => `${count} ${does}`);
  return [
    { check: `what they did: ${told.join(', ')}`, passed: speeches.length > options.people },
    {
      check: `roster: ${listed.length} visits listed of ${visits.length}`,
      passed: listed.join() === visits.toSorted().join(),
    },
    {
      check: `every half second of ${speeches.length} sentences is in the recording: ${shares.length} of them, the least by ${least.toFixed(2)}, ${torn} with a gap inside, late by ${Math.round(latest)} ms at most`,
      passed: shares.length > 0 && least >= PRESENT_SHARE,
    },
    {
      check: `each sentence under its speaker's name${strangers.length > 0 ? `, but for ${strangers.join(', ')}` : ''}`,
      passed: strangers.length === 0,
    },
  ];
}

/** Where a sentence lies in the recording. */
async function hear(
  { who, text, after, startedAt: saidAt }: Speech,
  { recording, startedAt }: { recording: Int16Array; startedAt: number },
): Promise<Heard> {
  const near = (saidAt - startedAt) * SAMPLES_PER_MS;
  const around = SEARCH_MS * SAMPLES_PER_MS;
  const window = { from: Math.round(near - around), to: Math.round(near + around) };
  const pieces = piecesOf(recording, await samplesOf(text), window);
  const places = pieces.map(({ offset }) => offset / SAMPLES_PER_MS);
  return {
    ...{ who, text, after, shares: pieces.map(({ share }) => share) },
    torn: pieces.filter(({ isTorn }) => isTorn).length,
    fromMs: Math.min(...places),
    toMs: Math.max(...places) + PIECE_MS,
  };
}

/** How much later a sentence ended in the recording than it was said. */
function lateness(speech: Speech, heard: Heard | undefined, startedAt: number): number {
  return (heard?.toMs ?? 0) - (speech.endedAt - startedAt);
}

/** Everybody comes, does as chance has it until time is up, and goes. */
async function liveOn({ room }: Fixture, { people, lastsMs, seed }: CrowdOptions, screen: Screen): Promise<Chronicle> {
  const chronicle: Chronicle = {
    speeches: [],
    visits: [],
    deeds: { say: 0, mute: 0, swap: 0, film: 0, rejoin: 0 },
  };
  const endsAt = Date.now() + lastsMs;
  const floor = createFloor(VOICES_AT_A_TIME);
  /** A sentence comes again when all others were said: no two people say the same at a time, nor shortly after. */
  let said = 0;
  const nextText = () => sentences[said++ % sentences.length]?.text ?? '';

  async function enter(name: string): Promise<LabParticipant> {
    const self = await room.join({ name, isCrowd: true });
    const visit: Visit = { name, enteredAt: Date.now() };
    chronicle.visits.push(visit);
    const leave = async () => {
      visit.leftAt = Date.now();
      await self.leave();
    };
    return { ...self, leave };
  }

  async function live(person: number): Promise<void> {
    const random = lottery(seed + person * 7919);
    let visit = 1;
    let self = await enter(`Person ${person}`);
    let after: Speech['after'] = 'enter';
    for (const deed of deedsOf(person, seed)) {
      if (Date.now() > endsAt) break;
      chronicle.deeds[deed] += 1;
      if (deed === 'say') {
        using _turn = await floor.take();
        const text = nextText();
        const spoken = await self.say(text);
        chronicle.speeches.push({ who: self.name, text, after, ...spoken });
      } else if (deed === 'mute') {
        await self.mute();
        await pause(500 + 1000 * random());
        await self.unmute();
      } else if (deed === 'swap') await self.swapMicrophone();
      else if (deed === 'film') {
        await self.setCamera(true);
        await pause(1000);
        await self.setCamera(false);
      } else {
        await self.leave();
        visit += 1;
        self = await enter(`Person ${person}, visit ${visit}`);
      }
      after = deed;
      await pause(1000 * random());
    }
    await self.leave();
  }

  const lives = Array.from({ length: people }, async (_, person) => {
    await pause(((person + 1) * Math.min(lastsMs / 4, 20_000)) / people);
    await live(person);
  });
  await Promise.all(lives);
  screen.line(`${chronicle.speeches.length} sentences by ${chronicle.visits.length} visitors`, 'blue');
  return chronicle;
}

/** Whether most of what is loudest during a sentence has its speaker's name, counted where nobody else is heard. */
function isNamed(speech: Heard, all: readonly Heard[], line: AudioChunk | undefined): boolean {
  const others = all.filter((other) => other !== speech);
  let position = 0;
  let [named, counted] = [0, 0];
  for (const frame of line?.frames ?? []) {
    const at = position / SAMPLES_PER_MS;
    position += frame.pcm.length / 2;
    const isInside = at > speech.fromMs + NAMING_MS && at < speech.toMs - NAMING_MS;
    const isAlone = !others.some((other) => at > other.fromMs - NAMING_MS && at < other.toMs + NAMING_MS);
    if (!isInside || !isAlone || frame.speakerName === 'NoSpeaker') continue;
    counted += 1;
    if (frame.speakerName === speech.who) named += 1;
  }
  return counted === 0 || named / counted > 0.8;
}

/** The right to speak, for so many at a time; disposing gives it back. */
function createFloor(places: number): { take(): Promise<Disposable> } {
  let free = places;
  const waiting: (() => void)[] = [];
  return {
    async take() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return {
        [Symbol.dispose]() {
          const next = waiting.shift();
          if (next) next();
          else free += 1;
        },
      };
    },
  };
}
