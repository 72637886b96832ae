const storeTroubles = ['storage_full', 'storage_unavailable'];

/** What a transcript says of its recording: of one that was read, that some could not be stored; of one without words, all. */
export function tellingDetail(detail: string, { words, wasRead }: { words: number; wasRead: boolean }): string {
  return words === 0 || (wasRead && storeTroubles.includes(detail)) ? detail : '';
}
