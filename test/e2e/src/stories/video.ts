import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { statusIs, type Screen } from '@earshot/demo';
import { eventually, openFixture, type Fixture } from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import { speechFile, type LabParticipant } from '@earshot/lab';
import { sentences } from '@earshot/sandbox';
import type { E2eStory } from '../story.ts';
import { judgeVideo, type Shared } from './video-verdict.ts';

export type VideoVictim = 'browser' | 'joiner' | 'media-streamer' | 'composer';

export interface VideoOptions {
  readonly lastsMs: number;
  /** Killed with -9, one after the other, each at a random moment of its share of the time; the composer while it composes. */
  readonly kills: readonly VideoVictim[];
}

/** How long the files of a meeting may take, beside its own length. */
const WAIT_MS = 240 * SECOND;

/**
 * Three people with cameras of three codecs, one of whom shares a screen for the middle third: what comes out is watched, listened to
 * and measured.
 */
export function videoMeeting(options: VideoOptions): E2eStory {
  const killed = options.kills.length === 0 ? '' : `, ${options.kills.join(', ')} killed with -9`;
  return {
    name: `a meeting of ${options.lastsMs / SECOND} s with cameras in VP8, VP9 and H.264 becomes a video and files of each person${killed}`,
    ...(options.lastsMs > 60 * SECOND && { isSlow: true as const }),
    async play(screen) {
      await using fixture = await openFixture({ face: 'web' });
      return await playVideo(fixture, options, screen);
    },
  };
}

async function playVideo(fixture: Fixture, { lastsMs, kills }: VideoOptions, screen: Screen) {
  const { api, customer, room } = fixture;
  const signal = AbortSignal.timeout(lastsMs * 2 + WAIT_MS);
  for (const { text } of sentences) await speechFile(text);
  const size = { width: 640, height: 360 };
  const people = {
    Ann: await room.join({ name: 'Ann', camera: { ...size, codec: 'VP8', flashEverySeconds: 4 } }),
    Bob: await room.join({ name: 'Bob', camera: { ...size, codec: 'VP9' } }),
    Cleo: await room.join({ name: 'Cleo', camera: { ...size, codec: 'H264' } }),
  };
  const ordered = await api.request('POST', '/bots/create_bot', {
    ...{
      meeting_link: room.link,
      bot_name: 'Earshot',
      callback_url: customer.callbackUrl,
      callback_version: '2026-06',
    },
    ...{ video_required: true, audio_separate_streams: true, video_separate_streams: true },
    recording_config: { video_layout: 'grid_view' },
    automatic_leave: { everyone_left_timeout: 5 },
  });
  if (ordered.status !== 201) throw new Error(`create_bot answered ${ordered.status}: ${ordered.body.message}`);
  const botId: string = ordered.body.bot_id;
  const path = `/bots/${botId}`;
  await eventually(async () => statusIs(await api.request('GET', `${path}/status`), 'Recording'), { signal });

  const startedAt = Date.now();
  const over = AbortSignal.timeout(lastsMs);
  const talking = talk(Object.values(people), over);
  const killing = killInTurn(fixture, { lastsMs, victims: kills.filter((each) => each !== 'composer'), screen });
  const shared = await shareInTheMiddle(people.Bob, { startedAt, lastsMs, screen });
  await Promise.all([talking, killing]);
  const flashes = await people.Ann.flashes();
  for (const person of Object.values(people)) await person.leave();
  if (kills.includes('composer')) {
    await eventually(async () => (await api.request('GET', `${path}/get_video`)).body.progress > 0, { signal });
    screen.line('kill -9 composer', 'red');
    fixture.stack.processes.get('composer')?.kill('SIGKILL');
  }
  const told = (event: string) => customer.callbacks.find(({ body }) => body.event === event);
  await customer.watched.until(() => told('bot.done'), signal);
  return await judgeVideo({ fixture, screen, botId, colours: colourMap(people), shared, flashes, lastsMs });
}

const colourMap = (people: Readonly<Record<string, LabParticipant>>) =>
  new Map(Object.values(people).map(({ name, colour }) => [name, colour]));

/** One after the other, until the time is over. */
async function talk(people: readonly LabParticipant[], over: AbortSignal): Promise<void> {
  for (let turn = 0; !over.aborted; turn += 1) {
    await people[turn % people.length]?.say(sentences[turn % sentences.length]?.text ?? '');
  }
}

interface Middle {
  readonly startedAt: number;
  readonly lastsMs: number;
  readonly screen: Screen;
}

async function shareInTheMiddle(by: LabParticipant, { startedAt, lastsMs, screen }: Middle): Promise<Shared> {
  await until(startedAt + lastsMs / 3);
  screen.line(`${by.name} shares the screen`, 'blue');
  await by.shareScreen({ codec: 'VP8' });
  const from = Date.now();
  await until(startedAt + (2 * lastsMs) / 3);
  const to = Date.now();
  await by.stopSharing();
  return { from, to };
}

async function killInTurn(
  { stack }: Fixture,
  { lastsMs, victims, screen }: { lastsMs: number; victims: readonly VideoVictim[]; screen: Screen },
): Promise<void> {
  const share = lastsMs / (victims.length + 1);
  const startedAt = Date.now();
  for (const [turn, victim] of victims.entries()) {
    await until(startedAt + share * (turn + 0.5) + randomInt(Math.max(1, Math.round(share / 2))));
    screen.line(`kill -9 ${victim}`, 'red');
    if (victim === 'browser') process.kill(await browserOf(stack.processes.get('joiner')?.pid ?? 0), 'SIGKILL');
    else stack.processes.get(victim)?.kill('SIGKILL');
  }
}

async function browserOf(joiner: number): Promise<number> {
  const childOf = async (pid: number) => {
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return Number(text.split(' ')[0]);
  };
  return childOf(await childOf(joiner));
}

const until = (at: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())));
