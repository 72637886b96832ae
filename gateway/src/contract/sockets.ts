import { z } from 'zod';
import { bargeIns, liveAudioEncodings, liveAudioRates } from '@earshot/kernel';
import { ifWanted, unlessNull } from './unwanted.ts';

/** An address that Earshot is to open or to call: what is longer is none that browsers and servers agree on. */
export const address = z.string().max(2048, 'must have at most 2048 characters');

/** An object with a `websocket_url`, or the bare URL, which older clients send. */
function forms<Whole extends z.ZodType>(whole: Whole) {
  return [address.transform((websocket_url) => whole.parse({ websocket_url })), whole] as const;
}

/** `barge_in`: what comes of a participant who begins to speak while the bot speaks. */
export const controlSocket = z.union(
  forms(z.strictObject({ websocket_url: address, barge_in: ifWanted(z.enum(bargeIns).optional()) })),
);

/** In what form audio is streamed is ours, beside the documented address. `sample_rate` is in Hz. */
export const audioSocket = z.union(
  forms(
    z.strictObject({
      websocket_url: address,
      streams: ifWanted(z.enum(['mixed', 'separate']).optional()),
      sample_rate: unlessNull(z.literal(liveAudioRates).optional()),
      encoding: ifWanted(z.enum(liveAudioEncodings).optional()),
      speech_events: unlessNull(z.boolean().optional()),
    }),
  ),
);

/** The documentation has it in two spellings. */
export const videoSocket = z.union([
  ...forms(z.strictObject({ websocket_url: address })),
  z.strictObject({ websocketUrl: address }).transform(({ websocketUrl }) => ({ websocket_url: websocketUrl })),
]);
