/** Samples of 16 bits with their bytes swapped, whatever pieces they come in. A last byte that is half of one is left as it is. */
export async function* swapBytes(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let half: Uint8Array = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([half, chunk]);
    const even = bytes.length & ~1;
    half = bytes.subarray(even);
    if (even > 0) yield bytes.subarray(0, even).swap16();
  }
  if (half.length > 0) yield half;
}
