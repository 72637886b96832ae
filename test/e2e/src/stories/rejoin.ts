import { readFile } from 'node:fs/promises';
import { callbackName, completeOrder, statusIs } from '@earshot/demo';
import { eventually, openFixture, wordErrorRate } from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import { speechFile } from '@earshot/lab';
import { sentences } from '@earshot/sandbox';
import type { E2eStory } from '../story.ts';

/** A browser that died is no reason to be away for longer. */
const BACK_WITHIN_MS = 15 * SECOND;
/** A joiner that died is missed after ten seconds without a heartbeat, and takes its time to start. */
const BACK_FROM_JOINER_MS = 30 * SECOND;
/** Said while the recording is paused: nobody else says one of its words. */
const SECRET = 2;
const SECRET_CHAT = 'secretchat';
/** Of one speaker's words. */
const LARGEST_WORD_ERROR_RATE = 0.25;

/** What is said while the bot is there for the first, the second and the third time, by whom. */
const parts = [
  { Host: 3, Guest: 5 },
  { Host: 7, Guest: 8 },
  { Host: 9, Guest: 10 },
] as const;
type Speaker = keyof (typeof parts)[number];
const speakers = ['Host', 'Guest'] as const satisfies readonly Speaker[];
const textOf = (index: number) => sentences[index]?.text ?? '';
/** Words that are said while nothing is paused. */
const openWords = new Set(
  parts.flatMap((each) => speakers.flatMap((who) => textOf(each[who]).toLowerCase().split(' '))),
);

/**
 * A bot's browser, then its joiner, are killed in the meeting: it comes back, its customer hears of one visit, and what was
 * said before and after is there under the names of those who said it.
 */
export const rejoin: E2eStory = {
  name: 'a bot whose browser or joiner is killed with -9 comes back into its meeting, and no words lose their speaker',
  isSlow: true,
  async play(screen) {
    await using fixture = await openFixture({ face: 'web' });
    const { api, customer, room, stack } = fixture;
    const signal = AbortSignal.timeout(200 * SECOND);
    for (const each of parts) for (const who of speakers) await speechFile(textOf(each[who]));
    const people = { Host: await room.join({ name: 'Host' }), Guest: await room.join({ name: 'Guest' }) };
    const ordered = await api.request('POST', '/bots/create_bot', completeOrder({ meetingLink: room.link, customer }));
    const path = `/bots/${ordered.body.bot_id}`;
    const isRecording = async () => statusIs(await api.request('GET', `${path}/status`), 'Recording');
    const ref = () => room.participants().find(({ name }) => !(name in people))?.id;
    await eventually(isRecording, { signal });

    let finals = 0;
    let isBackPaused = false;
    /** Resolves when the words have reached the customer: a kill costs what was under way. */
    const talk = async (part: (typeof parts)[number]) => {
      for (const who of speakers) {
        screen.line(`${who} says: "${textOf(part[who])}"`, 'blue');
        await people[who].say(textOf(part[who]));
        finals += 1;
        await customer.watched.until(() => customer.live.filter(({ body }) => body.is_final).length >= finals, signal);
      }
    };

    const joiner = stack.processes.get('joiner');
    const awayMs: number[] = [];
    await talk(parts[0]);
    const setPaused = async (isPaused: boolean) => {
      screen.line(isPaused ? 'the recording is paused' : 'the recording goes on', 'blue');
      await api.request('POST', `${path}/${isPaused ? 'pause' : 'resume'}_recording`);
      const status = () => api.request('GET', `${path}/status`);
      await eventually(async () => (await status()).body.recording_paused === isPaused, { signal });
    };
    await setPaused(true);
    await people.Host.say(textOf(SECRET));
    await people.Guest.sendChat(SECRET_CHAT);
    for (const [index, victim] of (['browser', 'joiner'] as const).entries()) {
      const before = ref();
      const [child = 0] = await childrenOf(joiner?.pid ?? 0);
      const [browser = 0] = await childrenOf(child);
      screen.line(`kill -9 ${victim}`, 'red');
      const killedAt = performance.now();
      if (victim === 'browser') process.kill(browser, 'SIGKILL');
      else joiner?.kill('SIGKILL');
      await room.waitFor(() => ref() !== undefined && ref() !== before, { signal });
      awayMs.push(Math.round(performance.now() - killedAt));
      await eventually(isRecording, { signal });
      if (victim === 'browser') {
        const { body } = await eventually(
          async () => {
            const answer = await api.request('GET', `${path}/status`);
            return answer.body.recording_paused && answer;
          },
          { signal },
        );
        isBackPaused = body.recording_paused;
        await people.Host.say(textOf(SECRET));
        await setPaused(false);
      }
      await talk(parts[index + 1] ?? parts[0]);
    }
    for (const person of Object.values(people)) await person.leave();
    await customer.watched.until(() => customer.callbacks.some((one) => callbackName(one) === 'transcript'), signal);
    const told = customer.callbacks.map(callbackName);
    const [afterBrowser = NaN, afterJoiner = NaN] = awayMs;

    const answer = await api.request('GET', `/transcript/${ordered.body.transcript_id}/get_transcript`);
    const utterances: { speaker: string; transcript: string }[] = answer.body;
    for (const { speaker, transcript } of utterances) screen.line(`${speaker}: ${transcript}`, 'cyan');
    const spokenBy = (who: string) =>
      utterances.flatMap(({ speaker, transcript }) => (speaker === who ? [transcript] : [])).join(' ');
    const rates = speakers.map((who) => wordErrorRate(parts.map((each) => textOf(each[who])).join(' '), spokenBy(who)));
    const strangers = [...new Set(utterances.map(({ speaker }) => speaker))].filter((name) => !(name in people));
    const listed: { displayName: string }[] = (await api.request('GET', `${path}/get_participants`)).body;
    const names = listed.map(({ displayName }) => displayName).toSorted();
    const { body: detail } = await api.request('GET', `${path}/detail`);
    const pause = detail.bot_details.recording_pauses[0];
    const { body: chats } = await api.request('GET', `${path}/get_chats`);
    const audio = await api.request('GET', `${path}/get_audio`);
    const wav = Buffer.from(await (await fetch(audio.body.audio_url, { signal })).arrayBuffer());
    const startedAt = Date.parse(detail.bot_details.StatusTimeline.Recording.timestamp);
    const loudest = loudestOf(wav, {
      fromMs: Date.parse(pause.paused_at) - startedAt + 500,
      toMs: Date.parse(pause.resumed_at) - startedAt - 500,
    });
    const lengthMs = (wav.length - 44) / 96;
    const meetingMs = Date.parse(detail.bot_details.EndTime) - startedAt;
    const live: string[] = customer.live.map(({ body }) => `${body.transcript} ${body.new_text}`);
    const said = [...utterances.map(({ transcript }) => transcript), ...live].join(' ').toLowerCase();
    const secrets = textOf(SECRET)
      .toLowerCase()
      .split(' ')
      .filter((word) => word.length > 3 && !openWords.has(word));
    return [
      { check: 'a bot that is lost in a pause comes back paused', passed: isBackPaused },
      {
        check: `no words of the pause in the transcript, nor live (${secrets.join(' ')})`,
        passed: secrets.length > 0 && !secrets.some((word) => said.includes(word)),
      },
      { check: 'nor what was written in it', passed: !JSON.stringify(chats).includes(SECRET_CHAT) },
      { check: `in the pause the recording is silent: ${loudest} at most`, passed: loudest === 0 },
      {
        check: `the recording is as long as the meeting: ${Math.round(lengthMs)} of ${meetingMs} ms`,
        passed: Math.abs(lengthMs - meetingMs) < 2 * SECOND,
      },
      {
        check: `back ${afterBrowser} ms after its browser was killed (within 15 s)`,
        passed: afterBrowser < BACK_WITHIN_MS,
      },
      {
        check: `back ${afterJoiner} ms after its joiner was killed (within 30 s)`,
        passed: afterJoiner < BACK_FROM_JOINER_MS,
      },
      {
        check: `its customer heard of one visit: ${told.join(', ')}`,
        passed: told.slice(0, 5).join() === 'joining,InMeeting,Stopped,audio,transcript',
      },
      {
        check: `words of all three parts: word error rates ${rates.map((rate) => rate.toFixed(3)).join(' and ')} (at most ${LARGEST_WORD_ERROR_RATE})`,
        passed: rates.every((rate) => rate <= LARGEST_WORD_ERROR_RATE),
      },
      {
        check: `each under its speaker${strangers.length > 0 ? `, but for what is under ${strangers.join(', ')}` : ''}`,
        passed: strangers.length === 0,
      },
      { check: `who was there, each once: ${names.join(', ')}`, passed: names.join() === 'Guest,Host' },
    ];
  },
};

/** The loudest sample of a stretch of a recording. */
function loudestOf(wav: Buffer, { fromMs, toMs }: { fromMs: number; toMs: number }): number {
  let loudest = 0;
  for (
    let at = 44 + Math.round(fromMs * 48) * 2;
    at < Math.min(44 + Math.round(toMs * 48) * 2, wav.length - 1);
    at += 2
  )
    loudest = Math.max(loudest, Math.abs(wav.readInt16LE(at)));
  return loudest;
}

/** The processes that this one started. */
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}
