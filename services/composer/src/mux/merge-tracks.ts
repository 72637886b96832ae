/** Frames of several tracks by their times; each track's own order stays. */
export async function* mergeTracks<Frame extends { readonly atUs: number }>(
  tracks: readonly AsyncIterable<Frame>[],
): AsyncGenerator<Frame> {
  const readers = tracks.map((track) => track[Symbol.asyncIterator]());
  try {
    const heads = await Promise.all(readers.map((reader) => reader.next()));
    for (;;) {
      const times = heads.map((head) => (head.done ? Infinity : head.value.atUs));
      const first = times.indexOf(Math.min(...times));
      const [head, reader] = [heads[first], readers[first]];
      if (!head || head.done || !reader) return;
      yield head.value;
      heads[first] = await reader.next();
    }
  } finally {
    for (const reader of readers) await reader.return?.(undefined);
  }
}
