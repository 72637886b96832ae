import type { CallbackEvent, CallbackEventKind } from './callback-event.ts';

/** The fields of one callback beside those that every callback carries. */
export interface CallbackFields {
  readonly event: string;
  readonly message: string;
  readonly status_code: number;
  readonly bot_event?: string;
  readonly bot_status?: string;
  readonly audio_status?: string;
  readonly transcript_status?: string;
  readonly video_status?: string;
  /** Seconds of recorded speech that are not in the transcript, or of sound that is not in the recording; absent for none. */
  readonly missed_seconds?: number;
  /** Seconds of sound that are stored, of a recording that lacks some. */
  readonly kept_seconds?: number;
  /** What else is to be known of a recording or its transcript; absent for nothing. */
  readonly detail?: string;
  readonly status?: string;
  readonly deleted_objects?: number;
  /** Of what the bot says: that of the answer to `speak`, where it was asked for so. */
  readonly speech_id?: string;
  readonly source?: string;
  readonly outcome?: string;
  /** How much of it the meeting was sent, and how much there was, milliseconds. */
  readonly heard_ms?: number;
  readonly total_ms?: number;
}

export type Of<Kind extends CallbackEventKind> = Extract<CallbackEvent, { kind: Kind }>;

/** One version of the public callbacks: what each event is called. What is not in the table is not sent. */
export type CallbackTable = {
  readonly [Kind in CallbackEventKind]?: (
    event: Of<Kind>,
    botId: string,
  ) => CallbackFields | CallbackFields[] | undefined;
};

/** Looks an event up. */
export function fieldsOf(table: CallbackTable, event: CallbackEvent): CallbackFields[] {
  const row = table[event.kind] as
    ((event: CallbackEvent, botId: string) => CallbackFields | CallbackFields[] | undefined) | undefined;
  const fields = row?.(event, event.botId);
  return fields === undefined ? [] : [fields].flat();
}

/** What is sent about a meeting of which no sound came, and how a customer reads it. */
const NO_AUDIO = 'no_audio_received';
const noAudio = 'no audio was received from the meeting';

/** Why sound is missing, or waits, by the detail that says so. */
const storeTroubles: Readonly<Record<string, string>> = {
  storage_full: "no room in the server's storage",
  storage_unavailable: "no access to the server's storage",
};

/** A transcript with a gap is a success that says so: clients of the documented API wait for one. */
function transcriptMessage(missedMs: number, detail: string): string {
  if (missedMs === 0 && detail === '') return 'Transcript processing completed successfully';
  if (missedMs === 0 && detail === NO_AUDIO) return `Transcript processing completed, but ${noAudio}`;
  const trouble = storeTroubles[detail];
  if (missedMs === 0 && trouble)
    return `Transcript processing completed, but sound is missing in the recording: ${trouble}`;
  const lack = missedMs === 0 ? 'some speech may be missing' : `${missedMs / 1000} s of speech are missing`;
  return `Transcript processing completed, but ${lack}${detail && `: ${detail}`}`;
}

/** A recording with a gap, or of silence, is a success that says so. */
function audioMessage(missedMs: number, detail: string): string {
  const lacks = [
    ...(missedMs === 0 ? [] : [`${missedMs / 1000} s of sound are missing`]),
    ...(detail === NO_AUDIO ? [noAudio] : []),
  ];
  if (lacks.length === 0) return 'Audio processing completed successfully';
  const trouble = storeTroubles[detail];
  return `Audio processing completed, but ${lacks.join(', and ')}${trouble ? `: ${trouble}` : ''}`;
}

/** What is stored of a recording whose sound waits for the store, and why it waits. */
export function storeTrouble({ detail, keptMs }: Of<'recording-trouble'>): CallbackFields {
  const message = `Recording: ${storeTroubles[detail] ?? detail}; ${keptMs / 1000} s are stored, the rest waits for it`;
  return { event: 'bot.error', bot_event: 'bot.error', message, status_code: 500, detail, kept_seconds: keptMs / 1000 };
}

export function missedSeconds(missedMs: number): Pick<CallbackFields, 'missed_seconds'> {
  return missedMs === 0 ? {} : { missed_seconds: missedMs / 1000 };
}

/** Names and values that no version has changed. */
export const common: CallbackTable = {
  'audio-ready': ({ missedMs, keptMs, detail }) => ({
    event: 'audio.processed',
    audio_status: 'Success',
    message: audioMessage(missedMs, detail),
    status_code: 200,
    status: 'success',
    ...missedSeconds(missedMs),
    ...(missedMs > 0 && { kept_seconds: keptMs / 1000 }),
    ...(detail && { detail }),
  }),
  'audio-failed': ({ detail }) => ({
    event: 'audio.failed',
    audio_status: 'Failed',
    message: `Audio processing failed: ${storeTroubles[detail] ?? (detail || 'nothing was recorded')}`,
    status_code: 500,
    status: 'error',
    ...(detail in storeTroubles && { detail, kept_seconds: 0 }),
  }),
  'transcript-ready': ({ missedMs, detail }) => ({
    event: 'transcription.processed',
    transcript_status: 'Success',
    message: transcriptMessage(missedMs, detail),
    status_code: 200,
    status: 'success',
    ...missedSeconds(missedMs),
    ...((detail === NO_AUDIO || detail in storeTroubles) && { detail }),
  }),
  'transcript-failed': ({ detail }) => ({
    event: 'transcription.failed',
    transcript_status: 'Failed',
    message: `Transcript processing error: ${detail}`,
    status_code: 500,
    status: 'error',
  }),
  'video-ready': () => ({
    event: 'video.processed',
    video_status: 'Success',
    message: 'Video processing completed successfully',
    status_code: 200,
    status: 'success',
  }),
  'video-failed': ({ detail }) => ({
    event: 'video.failed',
    video_status: 'Failed',
    message: `Video processing failed: ${storeTroubles[detail] ?? (detail || 'the video could not be composed')}`,
    status_code: 500,
    status: 'error',
  }),
  // Documented with this code, in one generation only.
  'video-skipped': ({ detail }) => ({
    event: 'video.skipped',
    video_status: 'Skipped',
    message: `Video processing skipped: ${storeTroubles[detail] ?? (detail || 'there was nothing to make a video of')}`,
    status_code: 404,
    status: 'error',
  }),
  erased: ({ deletedObjects }, botId) => ({
    event: 'data_deletion',
    status: 'success',
    message: `Successfully deleted ${deletedObjects} objects for bot ${botId}`,
    deleted_objects: deletedObjects,
    status_code: 200,
  }),
  // Tried again until it is done; a customer gets the first failure and the success.
  'erasure-failed': ({ attempt }, botId) =>
    attempt > 1
      ? undefined
      : {
          event: 'data_deletion',
          status: 'failed',
          message: `Deleting the data of bot ${botId} failed and will be tried again`,
          deleted_objects: 0,
          status_code: 500,
        },
};
