import { z } from 'zod';

/** The one rate that the vendor takes and gives, Hz. */
export const realtimeRate = 24_000;

const format = z.strictObject({ type: z.literal('audio/pcm'), rate: z.literal(realtimeRate).default(realtimeRate) });

const turnDetection = z.strictObject({
  type: z.literal('server_vad'),
  threshold: z.number().min(0).max(1).default(0.5),
  prefix_padding_ms: z.int().min(0).default(300),
  silence_duration_ms: z.int().min(0).default(500),
  idle_timeout_ms: z.null().default(null),
  create_response: z.boolean().default(true),
  interrupt_response: z.boolean().default(true),
});

const transcription = z.strictObject({
  model: z.string(),
  language: z.string().optional(),
  prompt: z.string().optional(),
});

/** What a client may change, by the names of the vendor's general availability (September 2025); audio is the one modality. */
export const updateSchema = z.strictObject({
  type: z.literal('realtime'),
  model: z.string().optional(),
  instructions: z.string().optional(),
  output_modalities: z.tuple([z.literal('audio')]).optional(),
  audio: z
    .strictObject({
      input: z
        .strictObject({
          format,
          transcription: transcription.nullable(),
          noise_reduction: z.strictObject({ type: z.enum(['near_field', 'far_field']) }).nullable(),
          turn_detection: turnDetection.nullable(),
        })
        .partial()
        .optional(),
      output: z
        .strictObject({ format, voice: z.string(), speed: z.number().min(0.25).max(1.5) })
        .partial()
        .optional(),
    })
    .optional(),
  max_output_tokens: z.union([z.int(), z.literal('inf')]).optional(),
  tools: z.array(z.unknown()).optional(),
  tool_choice: z.unknown().optional(),
  include: z.array(z.string()).nullable().optional(),
});

export type SessionUpdate = z.output<typeof updateSchema>;

/** What a session is like, as `session.created` and `session.updated` tell it. */
export interface Settings extends SessionUpdate {
  readonly model: string;
  readonly audio: {
    readonly input: Required<NonNullable<NonNullable<SessionUpdate['audio']>['input']>>;
    readonly output: Required<NonNullable<NonNullable<SessionUpdate['audio']>['output']>>;
  };
}

export function initialSettings(model: string): Settings {
  const pcm = { type: 'audio/pcm', rate: realtimeRate } as const;
  return {
    type: 'realtime',
    model,
    instructions: '',
    output_modalities: ['audio'],
    audio: {
      input: {
        format: pcm,
        transcription: null,
        noise_reduction: null,
        turn_detection: turnDetection.parse({ type: 'server_vad' }),
      },
      output: { format: pcm, voice: 'alloy', speed: 1 },
    },
    max_output_tokens: 'inf',
    tools: [],
    tool_choice: 'auto',
    include: null,
  };
}

/** Only what an update names is changed. The model never is. */
export function updated(settings: Settings, update: SessionUpdate): Settings {
  const { input, output } = update.audio ?? {};
  return {
    ...settings,
    ...update,
    model: settings.model,
    audio: {
      input: { ...settings.audio.input, ...input },
      output: { ...settings.audio.output, ...output },
    },
  };
}
