import { setTimeout as pause } from 'node:timers/promises';
import { parseWav } from '@earshot/audio';
import { samplesOf, statusIs, type Screen } from '@earshot/demo';
import { eventually, setStage, sharesOf, type AudioLine, type Stage } from '@earshot/harness';
import { speechFile, type LabParticipant } from '@earshot/lab';
import { sentences } from '@earshot/sandbox';
import type { E2eStory } from '../story.ts';
import { deedsOf, lottery, type Deed } from './crowd-script.ts';

const SAMPLES_PER_MS = 48;
/** How far a sentence may lie from where the clocks say, and how far the naming of a frame may lag, in milliseconds. */
const [SEARCH_MS, NAMING_MS] = [500, 400];
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
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Everything that the crowd did, by the lab's own knowledge. */
interface Chronicle {
  readonly speeches: Speech[];
  readonly visits: string[];
  readonly deeds: Record<Deed['does'], number>;
}

/** Many people who do as they like: no word is lost, and each is somebody's. */
export function crowd(options: CrowdOptions): E2eStory {
  return {
    tells: `${options.people} people join, speak, mute, swap microphones and leave at random for ${options.lastsMs / 1000} s`,
    async play(screen) {
      await using stage = await setStage({ face: 'web' });
      return await playCrowd(stage, options, screen);
    },
  };
}

async function playCrowd(stage: Stage, options: CrowdOptions, screen: Screen) {
  const { api, customer, room } = stage;
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

  const chronicle = await liveOn(stage, options, screen);
  await first.leave();
  await eventually(async () => (await api.request('GET', `${path}/get_audio`)).status === 200, { signal });
  await customer.watched.until(() => customer.audio.at(-1)?.closeCode === 1000, signal);

  const audio = await api.request('GET', `${path}/get_audio`);
  const { StartTime } = (await api.request('GET', `${path}/detail`)).body.bot_details;
  const recording = parseWav(Buffer.from(await (await fetch(audio.body.audio_url, { signal })).arrayBuffer())).pcm;
  const people: { displayName: string }[] = (await api.request('GET', `${path}/get_participants`)).body;
  const listed = people.map(({ displayName }) => displayName).toSorted();

  const startedAt = Date.parse(StartTime);
  const shares: number[] = [];
  const strangers: string[] = [];
  for (const speech of chronicle.speeches) {
    const samples = await samplesOf(speech.text);
    const near = (speech.startedAt - startedAt) * SAMPLES_PER_MS;
    const around = SEARCH_MS * SAMPLES_PER_MS;
    const window = { from: Math.round(near - around), to: Math.round(near + around) };
    shares.push(...sharesOf(recording, samples, window));
    if (!isNamed(speech, chronicle.speeches, { line: customer.audio[0], startedAt })) strangers.push(speech.who);
  }
  const { deeds, speeches, visits } = chronicle;
  const least = Math.min(...shares);
  const told = Object.entries(deeds).map(([does, count]) => `${count} ${does}`);
  return [
    { says: `what they did: ${told.join(', ')}`, isSo: speeches.length > options.people },
    {
      says: `roster: ${listed.length} visits listed of ${visits.length}`,
      isSo: listed.join() === visits.toSorted().join(),
    },
    {
      says: `every half second of ${speeches.length} sentences is in the recording: ${shares.length} of them, the least by ${least.toFixed(2)}`,
      isSo: shares.length > 0 && least > 0.5,
    },
    {
      says: `each sentence under its speaker's name${strangers.length > 0 ? `, but for ${strangers.join(', ')}` : ''}`,
      isSo: strangers.length === 0,
    },
  ];
}

/** Everybody comes, does as chance has it until time is up, and goes. */
async function liveOn({ room }: Stage, { people, lastsMs, seed }: CrowdOptions, screen: Screen): Promise<Chronicle> {
  const chronicle: Chronicle = {
    speeches: [],
    visits: ['Host'],
    deeds: { say: 0, mute: 0, swap: 0, film: 0, rejoin: 0 },
  };
  const endsAt = Date.now() + lastsMs;
  const floor = createFloor(VOICES_AT_A_TIME);

  async function enter(name: string): Promise<LabParticipant> {
    chronicle.visits.push(name);
    return room.join({ name, isCrowd: true });
  }

  async function live(person: number): Promise<void> {
    const random = lottery(seed + person * 7919);
    let visit = 1;
    let self = await enter(`Person ${person}`);
    for (const deed of deedsOf(person, { seed, people })) {
      if (Date.now() > endsAt) break;
      chronicle.deeds[deed.does] += 1;
      if (deed.does === 'say') {
        using _turn = await floor.take();
        const spoken = await self.say(deed.text);
        chronicle.speeches.push({ who: self.name, text: deed.text, ...spoken });
      } else if (deed.does === 'mute') {
        await self.mute();
        await pause(500 + 1000 * random());
        await self.unmute();
      } else if (deed.does === 'swap') await self.swapMicrophone();
      else if (deed.does === 'film') {
        await self.setCamera(true);
        await pause(1000);
        await self.setCamera(false);
      } else {
        await self.leave();
        visit += 1;
        self = await enter(`Person ${person}, visit ${visit}`);
      }
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

/** Whether most of what is loudest during a sentence has its speaker's name, counted where nobody else speaks. */
function isNamed(
  speech: Speech,
  all: readonly Speech[],
  { line, startedAt }: { line: AudioLine | undefined; startedAt: number },
): boolean {
  const others = all.filter((other) => other !== speech);
  let position = 0;
  let [named, counted] = [0, 0];
  for (const frame of line?.frames ?? []) {
    const at = startedAt + position / SAMPLES_PER_MS;
    position += frame.pcm.length / 2;
    const isInside = at > speech.startedAt + NAMING_MS && at < speech.endedAt - NAMING_MS;
    const isAlone = !others.some((other) => at > other.startedAt - NAMING_MS && at < other.endedAt + NAMING_MS);
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
