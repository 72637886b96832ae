import { z } from 'zod';

export const faultSchema = z.strictObject({
  vendor: z.enum(['deepgram', 'assemblyai', 'openai']),
  /** OpenAI's: `speech` of a text, `realtime` conversations. */
  mode: z.enum(['batch', 'streaming', 'speech', 'realtime']),
  kind: z.enum([
    ...([
      'bad-key',
      'rate-limited',
      'server-error',
      'stall',
      'close-mid-stream',
      'malformed',
      'session-limit',
    ] as const),
    // Deepgram refuses what it was asked for; AssemblyAI says by its number for a refused key that it has no room, or that it
    // garbled the key, or refuses it without any number.
    ...(['bad-request', 'no-room', 'garbled-key', 'bare-refusal'] as const),
    // Not wrong at all: fields, types and messages that clients have not seen before. A recording's words come without times.
    'additions',
  ]),
  /**
   * Streams only: how many audio messages are taken before it happens; of `speech`, how many chunks are sent. The first three kinds
   * happen at the handshake.
   */
  after: z.int().min(0).default(0),
  /** Of `stall` in `speech` only: after so many milliseconds it goes on. Never when absent. */
  forMs: z.int().min(0).optional(),
});

/** Something that goes wrong on demand, once. */
export type Fault = z.input<typeof faultSchema>;
export type FaultKind = Fault['kind'];
type ArmedFault = z.output<typeof faultSchema>;

/** The faults that are still to happen: the next request, or stream, of that vendor and mode takes the oldest. */
export class Faults {
  readonly #armed: ArmedFault[] = [];

  /** Arms one fault. Throws when it is none of the known ones. */
  next(fault: Fault): void {
    this.#armed.push(faultSchema.parse(fault));
  }

  take(vendor: Fault['vendor'], mode: Fault['mode']): ArmedFault | undefined {
    const index = this.#armed.findIndex((fault) => fault.vendor === vendor && fault.mode === mode);
    return index < 0 ? undefined : this.#armed.splice(index, 1)[0];
  }

  /** How many have not been taken. */
  get left(): number {
    return this.#armed.length;
  }

  clear(): void {
    this.#armed.length = 0;
  }
}
