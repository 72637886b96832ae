import { describe, expect, it } from 'vitest';
import { CaptionFinalizer, emittedCount, type CaptionRow, type FinalCaption } from './captions.ts';

const row = (text: string, { key = '1', speaker = 'Ann' } = {}): CaptionRow => ({ key, speaker, text });
const words = (text: string) => text.split(' ').filter(Boolean);
const finals = (captions: readonly FinalCaption[]) =>
  captions.flatMap(({ isFinal, speaker, text }) => (isFinal ? `${speaker}: ${text}` : []));
const partials = (captions: readonly FinalCaption[]) => captions.flatMap(({ isFinal, text }) => (isFinal ? [] : text));

/** One look a second, from one second on; then what is left at the end. */
function play(looks: readonly (readonly CaptionRow[])[]): FinalCaption[] {
  const finalizer = new CaptionFinalizer();
  return [...looks.flatMap((rows, index) => finalizer.look(rows, (index + 1) * 1000)), ...finalizer.end()];
}

describe('CaptionLines', () => {
  it('tells a row as it grows and is corrected, and once more when it has settled', () => {
    const captions = play([
      [row('good')],
      [row('Good mourning')],
      [row('Good morning, all.')],
      [row('Good morning, all.')],
      [row('Good morning, all.')],
    ]);
    expect(partials(captions)).toEqual(['good', 'Good mourning', 'Good morning, all.']);
    expect(finals(captions)).toEqual(['Ann: Good morning, all.']);
    expect(captions.at(-1)).toMatchObject({ startMs: 0, endMs: 3000 });
  });

  it('tells only what is new of a row that goes on after a pause', () => {
    const pause = [row('Good morning all')];
    const captions = play([
      pause,
      pause,
      pause,
      [row('Good morning, all. How')],
      [row('Good morning, all. How are you?')],
    ]);
    expect(finals(captions)).toEqual(['Ann: Good morning all', 'Ann: How are you?']);
    const [first, second] = captions.filter(({ isFinal }) => isFinal);
    expect(second?.startMs).toBeGreaterThanOrEqual(first?.endMs ?? Infinity);
    expect(second?.endMs).toBeGreaterThan(second?.startMs ?? Infinity);
  });

  it('finishes a row when its speaker begins another, or it goes out of sight', () => {
    const captions = play([
      [row('First')],
      [row('First'), row('Second', { key: '2' }), row('Mine', { key: '3', speaker: 'Ben' })],
      [row('Second', { key: '2' })],
    ]);
    expect(finals(captions)).toEqual(['Ann: First', 'Ben: Mine', 'Ann: Second']);
  });

  it('tells nothing again that is scrolled out of sight and back', () => {
    const captions = play([[row('Once')], [], [row('Once')], [row('Once')], [row('Once')]]);
    expect(finals(captions)).toEqual(['Ann: Once']);
  });

  it('waits for a name that comes late, and does without one that never comes', () => {
    const nameless = (text: string) => row(text, { speaker: '' });
    const captions = play([[nameless('Good')], [row('Good day')], [row('Good day')], [row('Good day')]]);
    expect(partials(captions)).toEqual(['Good day']);
    expect(finals(captions)).toEqual(['Ann: Good day']);
    const unknown = [nameless('Who')];
    const finalizer = new CaptionFinalizer();
    const looks = [0, 1000, 2000, 3000, 4000].map((atMs) => finals(finalizer.look(unknown, atMs)));
    expect(looks).toEqual([[], [], [], [], [': Who']]);
  });

  it('knows another speaker in a node that is used again', () => {
    const captions = play([[row('Mine first')], [row('And mine', { speaker: 'Ben' })]]);
    expect(finals(captions)).toEqual(['Ann: Mine first', 'Ben: And mine']);
  });

  it('knows a row that begins anew in its place', () => {
    const long = [row('one two three four five six seven eight')];
    const captions = play([long, long, long, [row('alpha beta gamma delta epsilon zeta eta')]]);
    expect(finals(captions)).toEqual([
      'Ann: one two three four five six seven eight',
      'Ann: alpha beta gamma delta epsilon zeta eta',
    ]);
  });

  it('knows that the row of a long speech begins anew, from its first word on', () => {
    const long = Array.from({ length: 60 }, (_, index) => `w${index}`).join(' ');
    const settled = [[row(long)], [row(long)], [row(long)]];
    const captions = play([...settled, [row('So')], [row('So now we')], [row('So now we go on')]]);
    expect(finals(captions)).toEqual([`Ann: ${long}`, 'Ann: So now we go on']);
  });

  it('does not keep the words of somebody who never pauses, and tells each of them once', () => {
    const all = Array.from({ length: 120 }, (_, index) => `w${index}`);
    const captions = play(Array.from({ length: 60 }, (_, index) => [row(all.slice(0, (index + 1) * 2).join(' '))]));
    const settled = captions.filter(({ isFinal }) => isFinal);
    expect(settled.length).toBeGreaterThan(2);
    expect(settled.map(({ text }) => text).join(' ')).toBe(all.join(' '));
    for (const [index, { startMs, endMs }] of settled.entries()) {
      expect(startMs).toBeGreaterThanOrEqual(settled[index - 1]?.endMs ?? 0);
      expect(endMs).toBeGreaterThan(startMs);
    }
  });
});

/** Numbers from 0 to 1, the same for the same seed (xorshift). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/**
 * What a recogniser writes of two people who take turns, now and then without a pause: the newest word is often heard wrong at
 * first, capitals and marks come later, and a turn is a new row or, as Meet has it, the end of the speaker's last one.
 */
function meeting(seed: number): { looks: CaptionRow[][]; spoken: Record<string, string[]> } {
  const random = dice(seed);
  const spoken: Record<string, string[]> = { Ann: [], Ben: [] };
  const rows: { key: string; speaker: string; words: string[] }[] = [];
  const looks: CaptionRow[][] = [];
  const show = (wrong = '') =>
    looks.push(
      rows.slice(-3).map(({ key, speaker, words: spoken }, index, { length }) => {
        const text = spoken
          .map((word, at) => (at === spoken.length - 1 || random() < 0.5 ? word : `${word},`))
          .join(' ');
        return { key, speaker, text: index === length - 1 && wrong ? text.replace(/\S+$/, wrong) : text };
      }),
    );
  for (let turn = 0; turn < 20; turn++) {
    const speaker = random() < 0.5 ? 'Ann' : 'Ben';
    const goesOn = rows.at(-1)?.speaker === speaker && random() < 0.5;
    if (!goesOn) rows.push({ key: String(rows.length), speaker, words: [] });
    const count = 1 + Math.floor(random() * 30);
    for (let at = 0; at < count; at++) {
      const word = `w${turn}x${at}`;
      rows.at(-1)?.words.push(word);
      spoken[speaker]?.push(word);
      if (random() < 0.3) show(`wrong${turn}`);
      else if (random() < 0.5 || at === count - 1) show();
    }
    // Corrected before it settles.
    show();
    if (random() < 0.7) for (let pause = 0; pause < 4; pause++) show();
  }
  return { looks, spoken };
}

describe('the words of a meeting', () => {
  it.each(Array.from({ length: 50 }, (_, index) => index + 1))('are in one final each, in order: seed %i', (seed) => {
    const { looks, spoken } = meeting(seed);
    const settled = play(looks).filter(({ isFinal }) => isFinal);
    for (const name of ['Ann', 'Ben']) {
      const mine = settled.filter(({ speaker }) => speaker === name);
      const written = mine.flatMap(({ text }) => text.replaceAll(',', '').split(' '));
      expect(written).toEqual(spoken[name]);
      for (const [index, { startMs, endMs }] of mine.entries()) {
        expect(startMs).toBeGreaterThanOrEqual(mine[index - 1]?.endMs ?? 0);
        expect(endMs).toBeGreaterThan(startMs);
      }
    }
  });
});

describe('emittedCount', () => {
  it.each([
    ['', 'a b', 0],
    ['a b', 'a b c', 2],
    ['A, b.', 'a b c', 2],
    ['a b c', 'a b', 2],
    ['it can not be', 'it cannot be true', 3],
    ['it cannot be', 'it can not be true', 4],
    ['a b x', 'a b y z', 3],
    ['q b c', 'a b c d', 3],
  ])('after "%s" is emitted, of "%s" %i words are', (emitted, now, count) => {
    expect(emittedCount(words(emitted), words(now))).toBe(count);
  });
});
