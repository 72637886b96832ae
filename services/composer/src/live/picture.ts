/** What a live video shows: pixels, and pictures a second. */
export const WIDTH = 1280;
export const HEIGHT = 720;
export const RATE = 25;
export const TICK_MS = 1000 / RATE;
/** Y in full, U and V of every other pixel and row. */
const LUMA_BYTES = WIDTH * HEIGHT;
export const PICTURE_BYTES = (LUMA_BYTES * 3) / 2;

/** Where nobody is to be seen. */
export const black: Uint8Array = Buffer.concat([
  Buffer.alloc(LUMA_BYTES, 16),
  Buffer.alloc(PICTURE_BYTES - LUMA_BYTES, 128),
]);
