import { readFile } from 'node:fs/promises';
import { parseWav, resample } from '@earshot/audio';
import { listenTo } from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import { speechFile, type LabParticipant, type Room } from '@earshot/lab';
import { BOT_NAME } from './order.ts';
import type { Screen } from './screen.ts';
import { present, script, spokenBy, speakers } from './script.ts';

/** A sentence that was said in the meeting. */
export interface Speech {
  readonly who: string;
  readonly text: string;
  /** When its first sample was played, milliseconds since 1970. */
  readonly startedAt: number;
  /** What was played, 48 kHz. */
  readonly samples: Int16Array;
}

/** What the bot said, and what somebody heard of it. */
export interface Answer {
  readonly text: string;
  /** As the lab's people would have said it, 48 kHz. */
  readonly samples: Int16Array;
  /** What was heard of the bot meanwhile, 48 kHz. */
  readonly heard: Int16Array;
}

/** Speaks every sentence into a file beforehand, so that nobody waits for it in the meeting. */
export async function prepareSentences(): Promise<void> {
  for (const who of speakers) for (const text of spokenBy(who)) await speechFile(text);
}

export interface Performance {
  readonly room: Room;
  readonly people: Map<string, LabParticipant>;
  readonly screen: Screen;
  /** Told as each sentence begins: where a disturbance can be put. */
  readonly onSentence?: ((index: number) => void) | undefined;
  /** Has the bot say a text; where it is absent, the bot says nothing. */
  readonly speak?: ((text: string) => Promise<void>) | undefined;
}

/** Behind an answer's own length: its engine, and the way into the meeting. */
const ANSWER_LATENCY_MS = 1.5 * SECOND;

/** Plays the script. */
export async function playMeeting({
  room,
  people,
  screen,
  onSentence,
  speak,
}: Performance): Promise<{ speeches: Speech[]; answer: Answer | undefined }> {
  const speeches: Speech[] = [];
  let answer: Answer | undefined;
  for (const line of script) {
    switch (line.does) {
      case 'join':
        people.set(line.who, await room.join({ name: line.who }));
        screen.line(`${line.who} joins late`, 'blue');
        break;
      case 'leave':
        await people.get(line.who)?.leave();
        screen.line(`${line.who} leaves`, 'blue');
        break;
      case 'say': {
        screen.line(`${line.who} says: "${line.text}"`, 'blue');
        onSentence?.(speeches.length);
        const spoken = await people.get(line.who)?.say(line.text);
        if (!spoken) throw new Error(`${line.who} is not there`);
        speeches.push({
          who: line.who,
          text: line.text,
          startedAt: spoken.startedAt,
          samples: await samplesOf(line.text),
        });
        break;
      }
      case 'listen': {
        const listener = people.get(line.who);
        if (!speak || !listener) break;
        screen.line(`the bot says: "${line.text}"`, 'blue');
        const samples = await samplesOf(line.text);
        const hear = await listenTo(listener, BOT_NAME);
        await speak(line.text);
        const { pcm: heard } = await hear(samples.length / 48 + ANSWER_LATENCY_MS);
        answer = { text: line.text, samples, heard };
        break;
      }
    }
  }
  return { speeches, answer };
}

export async function gather(
  room: Room,
  { hasCameras }: { hasCameras: boolean },
): Promise<Map<string, LabParticipant>> {
  const people = new Map<string, LabParticipant>();
  for (const name of present) people.set(name, await room.join({ name, camera: hasCameras }));
  return people;
}

/** What a sentence's playing puts into the meeting, 48 kHz. */
export async function samplesOf(text: string): Promise<Int16Array> {
  const { path } = await speechFile(text);
  const { pcm, sampleRate } = parseWav(await readFile(path));
  return resample(pcm, { fromRate: sampleRate, toRate: 48_000 });
}
