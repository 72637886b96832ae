import { describe, expect, it } from 'vitest';
import { cutBefore, UncommittedAudio, type SpeechItem } from './uncommitted-audio.ts';

const speech = (atMs: number): SpeechItem => ({ kind: 'speech', atMs, endMs: atMs + 100, pcm: new Int16Array(1600) });
const endOfSpeech = (atMs: number): SpeechItem => ({ kind: 'end-of-speech', atMs, endMs: atMs });

describe('UncommittedAudio', () => {
  it('keeps what is not words yet, in order', () => {
    const kept = new UncommittedAudio({ keptMs: 1000 });
    for (const item of [speech(0), speech(100), endOfSpeech(200), speech(900)]) kept.push(item);
    kept.release(150);
    expect(kept.after(0).map(({ item }) => item.atMs)).toEqual([100, 200, 900]);
    expect(kept.after(3).map(({ item }) => item.atMs)).toEqual([900]);
    expect(kept.endMs).toBe(1000);
    kept.release(1000);
    expect(kept.hasSpeech).toBe(false);
  });

  it('forgets the oldest when there is too much, and says up to where', () => {
    const kept = new UncommittedAudio({ keptMs: 200 });
    for (const item of [speech(0), speech(100), speech(200)]) kept.push(item);
    expect(kept.forgottenMs).toBe(100);
    expect(kept.after(0).map(({ item }) => item.atMs)).toEqual([100, 200]);
  });

  it('knows when there was speech, forgotten or not, until it is words', () => {
    const kept = new UncommittedAudio({ keptMs: 200 });
    for (const item of [speech(0), speech(100), endOfSpeech(200), speech(500), speech(600)]) kept.push(item);
    expect(kept.speechWithin({ startMs: 0, endMs: 550 })).toEqual([
      { startMs: 0, endMs: 200 },
      { startMs: 500, endMs: 550 },
    ]);
    kept.release(200);
    expect(kept.forgottenMs).toBe(0);
    expect(kept.speechWithin({ startMs: 0, endMs: 1000 })).toEqual([{ startMs: 500, endMs: 700 }]);
  });
});

describe('cutBefore', () => {
  it('leaves out what was heard before', () => {
    expect(cutBefore(speech(0), 100)).toBeUndefined();
    expect(cutBefore(speech(0), 0)).toMatchObject({ atMs: 0, endMs: 100 });
    const rest = cutBefore(speech(0), 25);
    expect(rest).toMatchObject({ atMs: 25, endMs: 100 });
    expect(rest?.kind === 'speech' && rest.pcm.length).toBe(1200);
    expect(cutBefore(endOfSpeech(100), 100)).toBeUndefined();
  });
});
