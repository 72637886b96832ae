import { z } from 'zod';
import { automaticLeave } from './automatic-leave.ts';
import { parseJoinAt } from './join-at.ts';
import { depthOf } from './json-bounds.ts';
import { notHere, signIn, zoomSignIn } from './not-here.ts';
import { legacyTranscription, provider } from './provider-choice.ts';
import { providerApiKey } from './provider-keys.ts';
import { address, audioSocket, controlSocket, videoSocket } from './sockets.ts';
import { layoutNames } from './video-layout.ts';
import { ifWanted, unlessNull } from './unwanted.ts';

const text = (longest: number) => z.string().max(longest);
/** They are sent with each callback of the bot: as JSON at most 16 kB, and 10 deep. */
const customAttributes = z
  .record(z.string(), z.unknown())
  .refine((given) => depthOf(given) <= 10, 'must not be nested more than 10 deep')
  .refine((given) => Buffer.byteLength(JSON.stringify(given)) <= 16 * 1024, 'must be at most 16384 bytes of JSON');

const liveTranscription = z.union([
  address.transform((url) => (url.startsWith('ws') ? { websocket_url: url } : { webhook_url: url })),
  z
    .strictObject({
      webhook_url: ifWanted(address.optional()),
      websocket_url: ifWanted(address.optional()),
      /** Kept sealed, for this bot alone; never among what is sent or shown of it. */
      deepgram_api_key: ifWanted(z.literal('').or(providerApiKey).optional()),
    })
    .refine((given) => given.webhook_url || given.websocket_url, 'needs a webhook_url or a websocket_url'),
]);

/** Retention is either timed or the server's default; what it cannot read is the default, as documented. */
const retention = z
  .looseObject({ type: unlessNull(z.string().optional()), hours: unlessNull(z.number().optional()) })
  .superRefine((given, context) => {
    if (given.type !== 'timed') return;
    if (given.hours === undefined)
      context.addIssue({ code: 'custom', path: ['hours'], message: 'is required with type "timed"' });
    else if (given.hours <= 0 || given.hours > 24 * 365) {
      context.addIssue({ code: 'custom', path: ['hours'], message: 'must be more than 0 and at most 8760' });
    }
  });

const participantEvents = [
  'participant_events.join',
  'participant_events.leave',
  'participant_events.speech_on',
  'participant_events.speech_off',
  'participant_events.chat_message',
] as const;

const realtimeEndpoint = z.strictObject({
  type: ifWanted(z.literal('webhook').default('webhook')),
  url: address,
  events: z.array(z.enum(participantEvents)).min(1),
});

const flag = unlessNull(z.boolean().optional());

/** What becomes of what the bot itself says. */
const botVoice = z.strictObject({
  record: unlessNull(z.boolean().default(true)),
  transcribe: unlessNull(z.boolean().default(false)),
});

const recordingConfig = z.strictObject({
  transcript: ifWanted(z.strictObject({ provider }).optional()),
  retention: ifWanted(retention.optional()),
  realtime_endpoints: unlessNull(z.array(realtimeEndpoint).max(10).default([])),
  audio_separate_streams: flag,
  video_separate_streams: flag,
  video_layout: ifWanted(z.enum(layoutNames).optional()),
  bot_voice: ifWanted(botVoice.optional()),
});

const joinAt = z.string().transform((value, context) => {
  const at = parseJoinAt(value);
  if (at !== undefined) return at;
  context.addIssue({ code: 'custom', message: 'must look like 2024-01-15T14:30:00Z or 2024-01-15 14:30:00' });
  return z.NEVER;
});

/** The body of POST /bots/create_bot. Which fields are acted on and which are only kept: docs/public-api.md. */
export const createBotBody = z.strictObject({
  meeting_link: z.string('is required').trim().min(1, 'is required').max(2048, 'must have at most 2048 characters'),
  bot_name: ifWanted(text(100).trim().min(1).default('Earshot')),
  audio_required: flag,
  video_required: unlessNull(z.boolean().default(false)),
  bot_message: ifWanted(text(500).default('')),
  bot_image_url: ifWanted(address.optional()),
  /** Its older name. */
  bot_image: ifWanted(address.optional()),
  callback_url: ifWanted(address.optional()),
  callback_version: ifWanted(z.enum(['2025-01', '2026-06']).optional()),
  join_at: ifWanted(joinAt.optional()),
  custom_attributes: unlessNull(customAttributes.default({})),
  deduplication_key: ifWanted(
    z
      .string()
      .regex(/^[\x20-\x7e]{1,2000}$/, 'must be 1 to 2000 printable ASCII characters')
      .optional(),
  ),
  live_transcription_required: ifWanted(liveTranscription.optional()),
  live_audio_required: ifWanted(audioSocket.optional()),
  live_video_required: ifWanted(videoSocket.optional()),
  liveVideoRequired: ifWanted(videoSocket.optional()),
  socket_connection_url: ifWanted(controlSocket.optional()),
  audio_separate_streams: flag,
  video_separate_streams: flag,
  recording_config: ifWanted(recordingConfig.default({ realtime_endpoints: [] })),
  automatic_leave: ifWanted(automaticLeave.prefault({})),
  transcription: ifWanted(legacyTranscription.optional()),
  zoom: zoomSignIn,
  google_meet: signIn('google_login_domain'),
  teams: signIn('teams_login_domain'),
  agent_config_id: notHere('hosted agents'),
  agent_config_params: notHere('hosted agents'),
  workflow_config_ids: notHere('workflows'),
});

export type CreateBotBody = z.output<typeof createBotBody>;
