/** Writes the words of one utterance as a sentence: a capital, a full stop, and English's tall `I`. */
export function punctuated(words: readonly string[]): string[] {
  return words.map((word, index) => {
    const tall = word === 'i' || word.startsWith("i'") || index === 0 ? word[0]!.toUpperCase() + word.slice(1) : word;
    return index === words.length - 1 ? `${tall}.` : tall;
  });
}

/** 0 when there is nothing to average. */
export function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
