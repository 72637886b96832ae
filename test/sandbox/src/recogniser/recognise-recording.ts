import { recogniserRate } from '../audio/decode.ts';
import { UtteranceCutter, type CutterEvent } from '../audio/utterance-cutter.ts';
import type { Recogniser } from './recogniser.ts';
import { recogniseUtterance, type RecognisedUtterance } from './recognise-utterance.ts';

/** Recognises a whole recording, 16 kHz mono, utterance by utterance. `pauseMs` of silence ends an utterance. */
export async function recogniseRecording(
  recogniser: Recogniser,
  samples: Int16Array,
  pauseMs: number,
): Promise<RecognisedUtterance[]> {
  const cutter = new UtteranceCutter({ hangoverMs: pauseMs });
  const events: CutterEvent[] = [];
  // A second at a time: the cutter copies what it holds at every push.
  for (let at = 0; at < samples.length; at += recogniserRate)
    events.push(...cutter.push(samples.subarray(at, at + recogniserRate)));
  events.push(...cutter.flush());
  const utterances = events.flatMap((event) => (event.type === 'utterance' ? event.utterance : []));
  const recognised = await Promise.all(utterances.map((utterance) => recogniseUtterance(recogniser, utterance)));
  return recognised.filter((utterance) => utterance.words.length > 0);
}
