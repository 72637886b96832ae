import { describe, expect, it } from 'vitest';
import { recogniserRate } from './decode.ts';
import { UtteranceCutter, type CutterEvent } from './utterance-cutter.ts';

const silence = (ms: number) => new Int16Array((ms * recogniserRate) / 1000);
const tone = (ms: number) => silence(ms).map((_, index) => 6000 * Math.sin(index / 5));

function spans(events: CutterEvent[]): [number, number][] {
  return events.flatMap((event) =>
    event.type === 'utterance' ? [[event.utterance.startMs, event.utterance.endMs] as [number, number]] : [],
  );
}

describe('UtteranceCutter', () => {
  it('cuts at a pause of the hangover, with a little silence around', () => {
    const cutter = new UtteranceCutter({ hangoverMs: 300 });
    const events = [silence(1000), tone(500), silence(200), tone(500), silence(1000)].flatMap((part) =>
      cutter.push(part),
    );
    expect(events[0]).toEqual({ type: 'speech-started', atMs: 1000 });
    expect(spans(events)).toEqual([[800, 2400]]);
  });

  it('gives the samples of exactly that stretch, however the stream was chopped', () => {
    const cutter = new UtteranceCutter({ hangoverMs: 300 });
    const stream = Int16Array.from([...silence(500), ...tone(400), ...silence(700)]);
    const events: CutterEvent[] = [];
    for (let at = 0; at < stream.length; at += 777) events.push(...cutter.push(stream.subarray(at, at + 777)));
    const utterance = events.flatMap((event) => (event.type === 'utterance' ? event.utterance : []))[0]!;
    expect(utterance.samples).toEqual(
      stream.slice((utterance.startMs * recogniserRate) / 1000, (utterance.endMs * recogniserRate) / 1000),
    );
  });

  it('never gives a sample twice when turns follow each other without silence', () => {
    const cutter = new UtteranceCutter({ hangoverMs: 300 });
    const turns = [tone(600), tone(600), tone(600)].map((turn) => spans([...cutter.push(turn), ...cutter.flush()]));
    expect(turns).toEqual([[[0, 600]], [[600, 1200]], [[1200, 1800]]]);
    expect(cutter.flush()).toEqual([]);
  });

  it('does not take a click for speech', () => {
    const cutter = new UtteranceCutter({ hangoverMs: 300 });
    expect([silence(500), tone(20), silence(500)].flatMap((part) => cutter.push(part))).toEqual([]);
  });

  it('cuts an endless utterance without losing any of it', () => {
    const cutter = new UtteranceCutter({ hangoverMs: 300 });
    const events: CutterEvent[] = [];
    const syllables = Int16Array.from([...tone(180), ...silence(20)]);
    for (let count = 0; count < 225; count++) events.push(...cutter.push(syllables));
    const cut = spans([...events, ...cutter.flush()]);
    expect(cut.length).toBeGreaterThan(1);
    expect(cut.every(([start], index) => start === (cut[index - 1]?.[1] ?? 0))).toBe(true);
    expect(cut.at(-1)?.[1]).toBeGreaterThan(44_900);
  });
});
