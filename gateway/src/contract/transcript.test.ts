import { Utterance } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { expect, it } from 'vitest';
import { segmentWriter } from './transcript.ts';

it('gives the words of a segment as `transcript`, which is documented, and as `text`, which samples read', () => {
  const writer = segmentWriter({ startedAt: new Date(0) });
  const said = writer.write(Utterance.fromPartial({ speakerName: 'Ann', text: 'Good morning.', endMs: 1500 }));
  const [segment] = JSON.parse(`${writer.head}${said}${writer.end()}`) as unknown[];
  expect(segment).toMatchObject({ speaker: 'Ann', transcript: 'Good morning.', text: 'Good morning.', end_time: 1.5 });
});
