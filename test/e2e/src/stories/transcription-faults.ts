import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TranscriptServiceService } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { eventually, matchWords, wordErrorRate, type TimedWord, permittedClient } from '@earshot/harness';
import { MINUTE, SECOND, silentLog } from '@earshot/kernel';
import type { RpcClient } from '@earshot/rpc';
import { sentences, startSandbox, type Fault } from '@earshot/sandbox';
import { freePorts, startStack } from '@earshot/stack';
import { transcriptCallers } from '../../../../services/transcriber/src/rpc/callers.ts';
import { startOf, talk, turn, type Item } from '../../../integration/transcriber/talker.ts';
import type { E2eStory } from '../story.ts';

const root = resolve(import.meta.dirname, '../../../..');
const people = ['ada', 'ben', 'cy'] as const;
/** Each begins this much after the one before, which is before that one has ended. */
const EVERY_MS = 2500;
/** Turns that are said before the first of them has to be committed. */
const AHEAD = 3;
/** A word of the one run within this is the same word in the other, in milliseconds. */
const SAME_MS = 150;

type Client = Pick<RpcClient<typeof TranscriptServiceService>, 'stream' | 'getTranscript'>;

interface Meeting {
  readonly turns: readonly Item[][];
  readonly texts: readonly string[];
}

interface Word extends TimedWord {
  readonly trackId: string;
}

/**
 * One meeting, heard twice: with a vendor that works, and with one that closes, stalls, talks nonsense and refuses while
 * somebody speaks; in the middle the transcriber is killed as well. The transcriber is a process of its own; the talker
 * goes on as words are committed, so that the meeting takes less time than it lasts.
 */
export function faultyVendor({ lastsMs }: { lastsMs: number }): E2eStory {
  const minutes = lastsMs / MINUTE;
  return {
    name: `the vendor fails again and again in a meeting of ${minutes} min, and the transcriber is killed: no word is missing or doubled`,
    async play(screen) {
      await using parts = new AsyncDisposableStack();
      const dataDir = await mkdtemp(join(tmpdir(), 'earshot-'));
      parts.defer(() => rm(dataDir, { recursive: true, force: true }));
      const sandbox = parts.use(await startSandbox());
      const ports = await freePorts();
      const { keys, deepgramUrl } = sandbox;
      const settings = { ...process.env, DEEPGRAM_API_KEY: keys.deepgram, DEEPGRAM_URL: deepgramUrl };
      const only = ['transcriber'] as const;
      const options = { root, dataDir, ports, settings, only, isThrowaway: true, log: silentLog };
      const stack = parts.use(await startStack(options));
      const client = parts.use(
        permittedClient(TranscriptServiceService, `127.0.0.1:${ports.transcriber}`, {
          callers: transcriptCallers,
          accountId: 'account-1',
          identity: stack.identity,
        }),
      );

      const meeting = await prepareMeeting(Math.round(lastsMs / EVERY_MS));
      const good = await hear(client, meeting);
      screen.line(`a vendor that works: ${good.length} words`);

      // The first three happen on the sessions of the three people, the others on those that are opened in their place.
      const share = (part: number) => Math.round((part * lastsMs) / people.length / 100);
      const faults: Pick<Fault, 'kind' | 'after'>[] = [
        { kind: 'close-mid-stream', after: share(0.1) },
        { kind: 'stall', after: share(0.3) },
        { kind: 'malformed', after: share(0.5) },
        { kind: 'rate-limited' },
        { kind: 'server-error' },
        { kind: 'close-mid-stream', after: 20 },
      ];
      for (const fault of faults) sandbox.faults.next({ vendor: 'deepgram', mode: 'streaming', ...fault });
      const opened = sandbox.requests.length;
      const faulty = await hear(client, meeting, (index) => {
        if (index !== Math.round(meeting.turns.length * 0.7)) return;
        screen.line('kill -9 transcriber', 'red');
        stack.processes.get('transcriber')?.kill('SIGKILL');
      });
      const sessions = sandbox.requests.length - opened;
      screen.line(`a vendor that fails: ${faulty.length} words, ${sessions} sessions`);

      const pairs = people.flatMap((who) => matchWords(wordsOf(good, who), wordsOf(faulty, who)));
      const offsets = pairs.map(([a, b]) => Math.abs(a.startMs - b.startMs));
      const rate = errorRate(meeting, good);
      return [
        {
          check: `${faults.length} faults happened, on ${sessions} sessions`,
          passed: sandbox.faults.left === 0 && sessions > faults.length,
        },
        { check: `without faults: word error rate ${rate.toFixed(3)} (at most 0.05)`, passed: rate <= 0.05 },
        { check: `${good.length - pairs.length} words are missing`, passed: good.length === pairs.length },
        { check: `${faulty.length - pairs.length} words are doubled`, passed: faulty.length === pairs.length },
        {
          check: `the words' times differ by ${Math.max(...offsets)} ms at most (${SAME_MS})`,
          passed: Math.max(...offsets) <= SAME_MS,
        },
      ];
    },
  };
}

/** The sentences one after the other, by three people in turn. */
async function prepareMeeting(count: number): Promise<Meeting> {
  const texts = Array.from({ length: count }, (_, index) => sentences[index % sentences.length]?.text ?? '');
  const turns: Item[][] = [];
  for (const [index, text] of texts.entries()) turns.push(await turn(whoOf(index), 1000 + index * EVERY_MS, text));
  return { texts, turns };
}

function whoOf(index: number): string {
  return people[index % people.length] ?? '';
}

/** Says the meeting to the transcriber as the media-streamer does, again after a break; answers the words. */
async function hear(client: Client, { turns }: Meeting, onTurn: (index: number) => void = () => {}): Promise<Word[]> {
  const start = startOf('deepgram_streaming');
  const signal = AbortSignal.timeout(20 * MINUTE);
  const opened = () =>
    eventually(() => talk(client, start).catch(() => undefined), {
      signal: AbortSignal.any([signal]),
      everyMs: SECOND / 4,
    });
  let stream = await opened();
  /** What is to be done on the stream, on another one when it breaks, which is told all that was said. */
  const surely = async (said: readonly Item[][], work: () => Promise<void>) => {
    for (;;) {
      try {
        return await work();
      } catch {
        signal.throwIfAborted();
        stream = await opened();
        stream.say(said.flat());
      }
    }
  };
  for (const [index, items] of turns.entries()) {
    onTurn(index);
    const said = turns.slice(0, index + 1);
    const last = turns[index - AHEAD]?.at(-1);
    stream.say(items);
    await surely(said, () => stream.until((at) => !last || (at.get(last.trackId) ?? 0) >= last.endMs));
  }
  await surely(turns, () => stream.finish());
  const { utterances } = await client.getTranscript({ transcriptId: start.transcriptId });
  return utterances.flatMap(({ trackId, words }) => words.map(({ text, startMs }) => ({ trackId, text, startMs })));
}

function wordsOf(words: readonly Word[], who: string): Word[] {
  return words.filter(({ trackId }) => trackId === who);
}

function errorRate({ texts }: Meeting, words: readonly Word[]): number {
  const rates = people.map((who) => {
    const expected = texts.filter((_, index) => whoOf(index) === who).join(' ');
    return wordErrorRate(
      expected,
      wordsOf(words, who)
        .map(({ text }) => text)
        .join(' '),
    );
  });
  return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}
