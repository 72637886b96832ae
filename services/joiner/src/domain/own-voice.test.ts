import { expect, it } from 'vitest';
import { OWN_VOICE_TRACK, OwnVoice } from './own-voice.ts';

const pcmOf = (ms: number, from = 0) => Int16Array.from({ length: ms * 48 }, (_, at) => (from + at) % 1000);
const samplesIn = ({ payload }: { payload: Uint8Array }) => new Int16Array(payload.slice().buffer);

it('makes frames of 20 ms, each at the time of its end, of what sounds in pieces of any size', () => {
  const own = new OwnVoice();
  const frames = [
    ...own.take({ pcm: pcmOf(50), at: 1050, isEnd: false }),
    ...own.take({ pcm: pcmOf(45, 50 * 48), at: 1097, isEnd: false }),
    ...own.take({ pcm: pcmOf(10, 95 * 48), at: 1106, isEnd: true }),
  ];
  expect(frames.map(({ at }) => at)).toEqual([1020, 1040, 1060, 1080, 1100, 1105]);
  expect(frames.flatMap((frame) => [...samplesIn(frame)])).toEqual([...pcmOf(105)]);
  expect(frames.every(({ trackId, isOwnVoice }) => trackId === OWN_VOICE_TRACK && isOwnVoice === true)).toBe(true);
  expect(frames.map(({ rtpTimestamp }) => rtpTimestamp - (frames[0]?.rtpTimestamp ?? 0))).toEqual([
    ...[0, 960, 1920, 2880, 3840, 4800],
  ]);
});

it('takes what lies apart for two, with the silence between them', () => {
  const own = new OwnVoice();
  const first = own.take({ pcm: pcmOf(30), at: 1030, isEnd: false });
  const later = own.take({ pcm: pcmOf(30), at: 3030, isEnd: true });
  expect([...first, ...later].map(({ at }) => at)).toEqual([1020, 1030, 3020, 3030]);
  expect((later[1]?.rtpTimestamp ?? 0) - (first[0]?.rtpTimestamp ?? 0)).toBe(2000 * 48);
});

it('says how loud they are', () => {
  const own = new OwnVoice();
  const levelOf = (sample: number, at: number) =>
    own.take({ pcm: new Int16Array(960).fill(sample), at, isEnd: true })[0]?.level;
  expect([levelOf(0, 1000), levelOf(32_767, 2000), levelOf(3277, 3000)]).toEqual([127, 0, 20]);
});
