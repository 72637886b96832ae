import { setTimeout as pause } from 'node:timers/promises';
import { statusIs, type Screen } from '@earshot/demo';
import { eventually, openFixture, type Fixture } from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import { sentences } from '@earshot/sandbox';
import type { E2eStory } from '../story.ts';
import { cleanErrorRate, hearClean, say, score, wordsOf, type SaidSentence, type SaidWord } from '../transcripts.ts';

const people = ['Alice', 'Bob', 'Carol'] as const;
/** So many that a phrase which the recogniser takes for another one is not the whole of what it may get wrong. */
const ROUNDS = 6;
/** Those with which the recogniser tells what became of the sound, not how the codec happened to round it. */
const texts = sentences.filter(({ codecErrorRate }) => codecErrorRate === 0).map(({ text }) => text);
/** Each begins this much after the one before, in the middle of its words. */
const APART_MS = 800;
/** The goals: beyond PocketSphinx on the clean files, of all words, and in milliseconds. */
const [WORD_ERROR_MORE, SPEAKER_ERROR, WORD_OFFSET_MS] = [0.03, 0.02, 150];
const WAIT_MS = 400 * SECOND;

interface Outcome {
  readonly mode: string;
  readonly words: readonly SaidWord[];
}

/** Three people who speak at the same time; the two live providers listen, and both hear the recording afterwards. */
export const transcription: E2eStory = {
  name: 'three speakers at once, in four modes: every word, under its speaker, at its time; the transcriber is killed in between',
  async play(screen) {
    await using fixture = await openFixture({ face: 'web' });
    const { api, customer } = fixture;
    const signal = AbortSignal.timeout(WAIT_MS);
    // Before anybody listens: in the meeting, every core is somebody's.
    const cleanWords = await Promise.all(texts.map((text) => hearClean(fixture, text)));
    const persons = [];
    for (const name of people) persons.push(await fixture.room.join({ name, isCrowd: true }));
    const [byWord, raw] = [
      await order(fixture, { deepgram_streaming: { transcription_mode: 'word' } }),
      await order(fixture, { assemblyai_streaming: { transcription_mode: 'raw' } }),
    ];
    for (const bot of [byWord, raw]) await eventually(() => hasStatus(fixture, bot, 'Recording'), { signal });
    screen.line('three people and two bots are in the meeting', 'blue');

    const said: SaidSentence[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const each = persons.map(async (person, index) => {
        await pause(index * APART_MS);
        const which = (round * people.length + index) % texts.length;
        return await say(person, texts[which] ?? '', cleanWords[which] ?? []);
      });
      said.push(...(await Promise.all(each)));
      screen.line(`round ${round + 1} of ${ROUNDS} was said`, 'blue');
    }
    for (const bot of [byWord, raw]) await api.request('POST', `/bots/${bot.botId}/remove_bot`);
    for (const person of persons) await person.leave();
    for (const bot of [byWord, raw]) await eventually(() => hasStatus(fixture, bot, 'Done'), { signal });

    const outcomes: Outcome[] = [
      { mode: 'deepgram_streaming', words: await wordsOf(api, byWord.transcriptId) },
      { mode: 'assemblyai_streaming', words: await wordsOf(api, raw.transcriptId) },
      ...(await transcribeAgain(fixture, byWord, { screen, signal })),
    ];
    const clean = cleanErrorRate(said);
    screen.line(`PocketSphinx alone, on the clean files: word error rate ${clean.toFixed(3)}`);
    for (const { mode, words: heard } of outcomes)
      for (const { who, heard: text } of score(said, heard).misheard) screen.line(`${mode} heard of ${who}: ${text}`);
    const live = customer.live.map(({ body }) => body);
    const words = live.filter((body) => body.bot_id === byWord.botId);
    const rawFinals = live.filter((body) => body.bot_id === raw.botId && body.is_final);
    const rawPartials = live.filter((body) => body.bot_id === raw.botId && !body.is_final);
    return [
      ...outcomes.flatMap(({ mode, words: heard }) => checksOf(mode, { said, heard, clean })),
      {
        check: `live, word by word: ${words.length} messages, each word of the transcript once`,
        passed: isSame(
          words.map((body) => `${body.speakerName} ${body.words[0].word}`),
          outcomes[0]?.words.map(({ who, text }) => `${who} ${text}`) ?? [],
        ),
      },
      {
        check: `live, raw: ${rawPartials.length} partials, ${rawFinals.length} finals with every word of the transcript`,
        passed:
          rawPartials.length > 0 &&
          isSame(
            rawFinals.flatMap((body) => body.words.map((word: { word: string }) => `${body.speakerName} ${word.word}`)),
            outcomes[1]?.words.map(({ who, text }) => `${who} ${text}`) ?? [],
          ),
      },
    ];
  },
};

interface Ordered {
  readonly botId: string;
  readonly transcriptId: string;
}

async function order({ api, room, customer }: Fixture, provider: object): Promise<Ordered> {
  const { status, body } = await api.request('POST', '/bots/create_bot', {
    meeting_link: room.link,
    bot_name: `Earshot ${Object.keys(provider)[0]}`,
    live_transcription_required: { webhook_url: customer.liveTranscriptUrl },
    recording_config: { transcript: { provider } },
  });
  if (status !== 201) throw new Error(`create_bot answered ${status}: ${body.message}`);
  return { botId: body.bot_id, transcriptId: body.transcript_id };
}

async function hasStatus({ api }: Fixture, { botId }: Ordered, status: string): Promise<boolean> {
  return statusIs(await api.request('GET', `/bots/${botId}/status`), status);
}

/** Both recordings' providers, and in the middle of their work the transcriber is killed. */
async function transcribeAgain(
  { api, stack }: Fixture,
  { botId }: Ordered,
  { screen, signal }: { screen: Screen; signal: AbortSignal },
): Promise<Outcome[]> {
  const asked: { mode: string; transcriptId: string }[] = [];
  for (const mode of ['deepgram', 'assemblyai']) {
    const { body } = await api.request('POST', `/bots/${botId}/transcribe`, { provider: { [mode]: {} } });
    asked.push({ mode, transcriptId: body.transcript_id });
  }
  screen.line('both are to hear the recording; kill -9 transcriber', 'red');
  stack.processes.get('transcriber')?.kill('SIGKILL');
  await eventually(
    async () => {
      const { status, body } = await api.request('GET', `/bots/${botId}/transcriptions`);
      const states: string[] = status === 200 ? body.transcriptions.map((each: { status: string }) => each.status) : [];
      return states.length === 1 + asked.length && states.every((state) => state === 'Success');
    },
    { signal },
  );
  const outcomes = asked.map(async ({ mode, transcriptId }) => ({ mode, words: await wordsOf(api, transcriptId) }));
  return Promise.all(outcomes);
}

function checksOf(
  mode: string,
  { said, heard, clean }: { said: readonly SaidSentence[]; heard: readonly SaidWord[]; clean: number },
) {
  const { wordErrorRate, speakerErrorRate, offsetsMs } = score(said, heard);
  const farthest = Math.abs(offsetsMs.at(-1) ?? Infinity);
  const middle = Math.abs(offsetsMs[Math.floor(offsetsMs.length / 2)] ?? Infinity);
  return [
    {
      check: `${mode}: word error rate ${wordErrorRate.toFixed(3)} (clean files: ${clean.toFixed(3)}, at most ${WORD_ERROR_MORE} more)`,
      passed: wordErrorRate <= clean + WORD_ERROR_MORE,
    },
    {
      check: `${mode}: ${(speakerErrorRate * 100).toFixed(1)} % of ${heard.length} words under another's name (at most 2 %)`,
      passed: heard.length > 0 && speakerErrorRate <= SPEAKER_ERROR,
    },
    {
      check: `${mode}: words begin within ${Math.round(farthest)} ms of the source, half within ${Math.round(middle)} ms (at most ${WORD_OFFSET_MS})`,
      passed: farthest <= WORD_OFFSET_MS,
    },
  ];
}

/** The same entries, in whatever order: of two speakers, neither is told first. */
function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && a.toSorted().join() === b.toSorted().join();
}
