import { z } from 'zod';
import { LEAST_RATE, MOST_RATE } from '../speech/read-audio.ts';
import { CommandError } from './command-error.ts';

/** What is absent, or null, has its default. */
function usual<Schema extends z.ZodType>(schema: Schema, value: z.output<Schema>) {
  return schema.nullish().transform((given) => given ?? value);
}

const lower = (...words: [string, ...string[]]) => z.string().toLowerCase().pipe(z.enum(words));
const base64 = z.string().transform((text, context) => {
  const given = text.slice(0, text.length - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0));
  const bytes = Buffer.from(given, 'base64');
  // Node passes over what is no base64.
  if (given.length % 4 !== 1 && bytes.length === Math.floor((given.length * 3) / 4)) return bytes;
  context.addIssue({ code: 'custom', message: 'must be base64' });
  return z.NEVER;
});
const text = z.string().trim().min(1);

/** What each command has beside its name and `bot_id`. The shapes are the documented ones; what is not named is passed over. */
const commandSchemas = {
  sendaudio: z.object({
    audiochunk: base64,
    sample_rate: usual(z.number().int().min(LEAST_RATE).max(MOST_RATE), MOST_RATE),
    channels: usual(z.number().int().min(1).max(2), 1),
    encoding: usual(lower('pcm16'), 'pcm16'),
    endianness: usual(lower('little'), 'little'),
  }),
  interrupt: z.object({}),
  sendmsg: z
    .object({ message: z.string().nullish(), msg: z.string().nullish() })
    .transform(({ message, msg }) => ({ message: message || msg || '' }))
    .pipe(z.object({ message: text })),
  sendchat: z.object({
    role: usual(z.enum(['assistant', 'user']), 'assistant'),
    text,
    is_final: usual(z.boolean(), true),
  }),
  sendimg: z.object({
    img: z
      .string()
      .min(1)
      .transform((data) => data.replace(/^data:image\/[\w.+-]{1,30};base64,/, ''))
      .pipe(base64),
  }),
  sendimg_url: z.object({ img_url: z.string().min(1).max(4096) }),
  ack: z.object({}),
} as const;

export type CommandName = keyof typeof commandSchemas;

/** A command that was understood. */
export type ControlCommand = {
  [Name in CommandName]: { readonly name: Name; readonly value: z.output<(typeof commandSchemas)[Name]> };
}[CommandName];

/** Names are echoed to who sent them: no longer than this. */
const LONGEST_NAME = 64;

/** What a message asks for by its name, as far as it has one. */
export interface RawCommand {
  readonly name: string | null;
  readonly body: unknown;
}

/** Throws CommandError for what is no JSON object. */
export function parseMessage(data: Buffer, isBinary: boolean): RawCommand {
  if (isBinary) throw new CommandError('invalid_message', 'a command is a text message, not a binary one');
  let body: unknown;
  try {
    body = JSON.parse(data.toString('utf8'));
  } catch {
    throw new CommandError('invalid_message', 'a command is a JSON object');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new CommandError('invalid_message', 'a command is a JSON object');
  const { command, type } = body as { command?: unknown; type?: unknown };
  // An acknowledgement comes under either name.
  const name = command ?? (type === 'ack' ? type : undefined);
  return { name: typeof name === 'string' ? name.slice(0, LONGEST_NAME) : null, body };
}

export function isCommandName(name: string | null): name is CommandName {
  return name !== null && Object.hasOwn(commandSchemas, name);
}

/** Throws CommandError that names what is wrong. */
export function readCommand({ name, body }: RawCommand, botId: string): ControlCommand {
  if (name === null) throw new CommandError('unknown_command', 'command: is missing');
  if (!isCommandName(name))
    throw new CommandError('unknown_command', `command: must be one of ${Object.keys(commandSchemas).join(', ')}`);
  const { bot_id: addressed } = body as { bot_id?: unknown };
  if (addressed !== undefined && addressed !== null && addressed !== botId)
    throw new CommandError('wrong_bot', 'bot_id: is not that of this socket');
  const read = commandSchemas[name].safeParse(body);
  if (read.success) return { name, value: read.data } as ControlCommand;
  const problems = read.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  throw new CommandError('invalid_command', problems.join('; '));
}
