import type { MixedWord, SpeakingInterval } from './mixed-speakers.ts';

type Interval = Pick<SpeakingInterval, 'fromMs' | 'toMs'>;

/** From this share of its words on, spoken while the bot spoke, a voice is the bot's; up to the other it is somebody's who spoke over it. */
const BOT_SHARE = 0.8;
const OTHER_SHARE = 0.2;

/**
 * Which words of a mix the bot itself has spoken. When that was is known exactly, so nothing near it is taken for it. A voice in between,
 * of which the provider has made one of several, and words without a voice are judged one by one.
 */
export function ownWords(words: readonly MixedWord[], intervals: readonly Interval[]): readonly boolean[] {
  const own = words.map((word) => isDuring(word, intervals));
  const byVoice = new Map<number, { words: number; own: number }>();
  for (const [index, { voice }] of words.entries()) {
    if (voice === undefined) continue;
    const sum = byVoice.get(voice) ?? { words: 0, own: 0 };
    byVoice.set(voice, { words: sum.words + 1, own: sum.own + (own[index] ? 1 : 0) });
  }
  return words.map(({ voice }, index) => {
    const sum = voice === undefined ? undefined : byVoice.get(voice);
    const share = sum ? sum.own / sum.words : undefined;
    if (share === undefined || (share > OTHER_SHARE && share < BOT_SHARE)) return own[index] ?? false;
    return share >= BOT_SHARE;
  });
}

/** Whether half of a word was spoken then. */
function isDuring({ startMs, endMs }: MixedWord, intervals: readonly Interval[]): boolean {
  const during = intervals.reduce((sum, { fromMs, toMs }) => {
    return sum + Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs));
  }, 0);
  return during > 0 && during * 2 >= endMs - startMs;
}
