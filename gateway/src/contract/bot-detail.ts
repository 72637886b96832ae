import type { Composition } from '@earshot/contract/composer/v1/composer.ts';
import type { Participant, Recording } from '@earshot/contract/media/v1/media.ts';
import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import type { Transcript } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { statusOf } from './bot-status.ts';
import { chatWarnings } from './chat-warnings.ts';
import { toComposition } from './compositions.ts';
import { attributesOf } from './custom-attributes.ts';
import { toEndFields } from './end-reasons.ts';
import { maskSecrets } from './mask.ts';
import { orderedLayoutOf } from './media-plan.ts';
import { toParticipantEvents } from './participant-events.ts';
import { readsCaptions } from './providers.ts';
import { platformName } from './platform-name.ts';
import { toRecordingPauses } from './recording-pauses.ts';
import { toTimeline } from './status-timeline.ts';
import { missedSeconds, settledStatus } from './transcriptions.ts';

/** Whoever holds the key that ordered a bot sees what was ordered; others, and everybody where that is not known, see it masked. */
function seenBy<T>(bot: Bot, keyId: string, value: T): T {
  return bot.orderedByKey !== '' && bot.orderedByKey === keyId ? value : maskSecrets(value);
}

export function toBotListItem(bot: Bot, keyId: string) {
  const link = seenBy(bot, keyId, bot.spec?.meetingUrl || null);
  return {
    bot_id: bot.botId,
    BotID: bot.botId,
    status: statusOf(bot),
    Status: statusOf(bot),
    meeting_link: link,
    MeetingLink: link,
    platform: platformName(bot.spec?.platform),
    Platform: platformName(bot.spec?.platform),
    bot_name: bot.spec?.botName || null,
    BotUsername: bot.spec?.botName || null,
    created_at: bot.createdAt?.toISOString() ?? null,
    // Null: longer than a list shows, of a bot that was ordered when they might be.
    custom_attributes: seenBy(
      bot,
      keyId,
      JSON.parse(bot.spec?.attributesJson || (bot.erasedAt ? '{}' : 'null')) as unknown,
    ),
  };
}

/** What the meeting's own captions said, once the bot is done. The link wants the API key. */
export type CaptionFile = { readonly available: true; readonly url: string } | { readonly available: false };

/** What belongs to a bot and is kept elsewhere, and who asks. */
export interface BotBelongings {
  readonly captionFile: CaptionFile;
  /** The one that was asked for last, once the bot is done. */
  readonly transcript: Transcript | undefined;
  /** Once the visit is over; `none` where nothing was recorded. */
  readonly recording: Recording | 'none' | undefined;
  /** What is made of it after it. */
  readonly video: VideoParts;
  /** Who was there; nobody once the data is erased. */
  readonly participants: readonly Participant[];
  /** The key of whoever asks. */
  readonly keyId: string;
}

/** What is known of a visit's video; undefined where it cannot be known. */
export interface VideoParts {
  readonly compositions: readonly Composition[] | undefined;
  readonly capture: 'encoded' | 'tab' | undefined;
}

/** The public detail record; of an erased bot its tombstone; names and casing are the documented ones. */
export function toBotDetail(
  bot: Bot,
  { captionFile, transcript, recording, video, participants, keyId }: BotBelongings,
) {
  const { spec } = bot;
  const lastChange = bot.erasedAt ?? bot.timeline.at(-1)?.at ?? bot.createdAt;
  const seconds =
    bot.enteredAt && bot.endedAt ? Math.round((bot.endedAt.getTime() - bot.enteredAt.getTime()) / 1000) : null;
  return {
    BotID: bot.botId,
    BotUsername: spec?.botName || null,
    BotMessage: seenBy(bot, keyId, spec?.chatMessage || null),
    BotImageURL: seenBy(bot, keyId, spec?.imageUrl || null),
    MeetingLink: seenBy(bot, keyId, spec?.meetingUrl || null),
    Platform: platformName(spec?.platform),
    Status: statusOf(bot),
    ...toEndFields(bot),
    warnings: chatWarnings(bot),
    StatusTimeline: toTimeline(bot, transcript),
    recording_pauses: toRecordingPauses(bot),
    CreatedAt: bot.createdAt?.toISOString() ?? null,
    StartTime: bot.enteredAt?.toISOString() ?? null,
    EndTime: bot.endedAt?.toISOString() ?? null,
    Duration: seconds,
    // Whole seconds since 1970: the documentation says no more than that it is an integer.
    LastUpdatedAt: lastChange === undefined ? null : Math.floor(lastChange.getTime() / 1000),
    NativeSTT: readsCaptions(spec),
    RequestPayload: seenBy(bot, keyId, JSON.parse(spec?.requestJson || '{}') as unknown),
    custom_attributes: seenBy(bot, keyId, attributesOf(bot)),
    // The one that was asked for last is documented to take the place of the one before.
    transcript_id: transcript?.transcriptId ?? (bot.transcriptId || null),
    TranscriptStatus: (transcript && settledStatus(transcript)) ?? null,
    transcript_missed_seconds: transcript ? missedSeconds(transcript) : null,
    ...toAudioFields(recording),
    ...toVideoFields(bot, video),
    caption_file: captionFile,
    participant_events: seenBy(bot, keyId, toParticipantEvents(bot, participants)),
    UserID: bot.accountId,
  };
}

function toAudioFields(recording: BotBelongings['recording']) {
  const fields = { AudioStatus: null, audio_missed_seconds: null, audio_kept_seconds: null, audio_detail: null };
  if (!recording) return fields;
  if (recording === 'none') return { ...fields, AudioStatus: 'Failed' };
  const { state, durationMs, missingMs } = recording;
  const detail = recording.detail || null;
  if (state === 'RECORDING_STATE_FAILED') {
    return { ...fields, AudioStatus: 'Failed', audio_kept_seconds: 0, audio_detail: detail };
  }
  // While it waits for the store: what is in there.
  if (state === 'RECORDING_STATE_RECORDING' || state === 'RECORDING_STATE_FINISHING')
    return { ...fields, audio_kept_seconds: durationMs / 1000, audio_detail: detail };
  const kept = Math.max(0, durationMs - missingMs) / 1000;
  const seconds = { audio_missed_seconds: missingMs / 1000, audio_kept_seconds: kept };
  return { AudioStatus: 'Success', ...seconds, audio_detail: detail };
}

const videoStatuses: Readonly<Record<string, string>> = { ready: 'Success', failed: 'Failed', skipped: 'Skipped' };

/** `VideoStatus` is about the video that was ordered with the bot. */
function toVideoFields(bot: Bot, { compositions, capture }: VideoParts) {
  const made = compositions?.map(toComposition) ?? null;
  const layout = orderedLayoutOf(bot);
  const ordered = made?.find((each) => each.kind === 'video' && each.layout === layout);
  return {
    VideoStatus: (ordered && videoStatuses[ordered.status]) ?? null,
    video_capture: capture ?? null,
    compositions: made,
  };
}
