import { z } from 'zod';
import { updateSchema } from './settings.ts';

const named = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.strictObject({ type: z.literal(type), event_id: z.string().optional(), ...shape });

const userMessage = z.strictObject({
  id: z.string().optional(),
  object: z.literal('realtime.item').optional(),
  type: z.literal('message'),
  role: z.enum(['user', 'system']),
  status: z.string().optional(),
  content: z.array(z.strictObject({ type: z.literal('input_text'), text: z.string() })).min(1),
});

const clientEventSchema = z.discriminatedUnion('type', [
  named('session.update', { session: updateSchema }),
  named('input_audio_buffer.append', { audio: z.base64() }),
  named('input_audio_buffer.commit', {}),
  named('input_audio_buffer.clear', {}),
  named('conversation.item.create', { previous_item_id: z.string().nullish(), item: userMessage }),
  named('conversation.item.truncate', {
    item_id: z.string(),
    content_index: z.literal(0),
    audio_end_ms: z.int().min(0),
  }),
  named('response.create', { response: z.object({ instructions: z.string().optional() }).optional() }),
  named('response.cancel', { response_id: z.string().optional() }),
]);

/** What a client may send. */
export type ClientEvent = z.output<typeof clientEventSchema>;

/** What was wrong, as the vendor tells it. */
export interface RealtimeError {
  readonly code: string;
  readonly message: string;
  readonly param?: string | null;
}

/** Reads a client's message. */
export function readClientEvent(text: string): { event: ClientEvent } | { error: RealtimeError; eventId?: string } {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return { error: { code: 'invalid_json', message: 'Could not parse the message as JSON.' } };
  }
  const read = clientEventSchema.safeParse(message, { reportInput: true });
  if (read.success) return { event: read.data };
  const eventId = (message as { event_id?: unknown } | null)?.event_id;
  return { error: errorOf(read.error.issues[0]), ...(typeof eventId === 'string' && { eventId }) };
}

function errorOf(issue: z.core.$ZodIssue | undefined): RealtimeError {
  const param = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') {
    const unknown = [...issue.path, issue.keys[0]].join('.');
    return { code: 'unknown_parameter', message: `Unknown parameter: '${unknown}'.`, param: unknown };
  }
  if (issue && 'input' in issue && issue.input === undefined)
    return { code: 'missing_required_parameter', message: `Missing required parameter: '${param}'.`, param };
  return { code: 'invalid_value', message: `Invalid value: '${param}': ${issue?.message ?? ''}.`, param };
}
