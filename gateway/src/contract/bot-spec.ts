import type { BotSpec } from '@earshot/contract/scheduler/v1/bots.ts';
import { platformNames, platformOf, type Platform } from '@earshot/kernel';
import { platformWords, toMediaPlanMessage, toPlanMessage } from '@earshot/rpc';
import { toLeavePolicy } from './automatic-leave.ts';
import type { CreateBotBody } from './create-bot.ts';
import { checkMedia, liveVideoSocketOf, toMediaPlan } from './media-plan.ts';
import type { MeetingLink } from './meeting-link/index.ts';
import type { Problem } from './problems.ts';
import { toPlan, type ChosenProvider, type Speech } from './provider-choice.ts';
import { wayOf } from './providers.ts';

/** Data nobody set a time for goes after seven days (public documentation). */
const DEFAULT_RETENTION_HOURS = 7 * 24;

const streamingNeeded =
  'live_transcription_required.webhook_url is provided but no streaming provider found. Please provide at least one ' +
  'streaming provider (deepgram_streaming, assemblyai_streaming, jigsawstack_streaming, meetstream_streaming, or meeting_captions).';

/** Where a visitor's page shows captions. */
const captioned = platformNames
  .map(platformOf)
  .flatMap(({ hasCaptions, title }) => (hasCaptions ? [title] : []))
  .join(', ');
const captionsField = 'recording_config.transcript.provider.meeting_captions';

/** What fields say together that each alone cannot. `platform`: undefined while the link leads nowhere. */
export function checkTogether(body: CreateBotBody, platform: Platform | undefined): Problem[] {
  const engine = providerOf(body)?.engine;
  const problems: Problem[] = checkMedia(body, platform);
  if (body.transcription && body.recording_config.transcript)
    problems.push({ field: 'transcription', message: 'cannot be given beside recording_config.transcript' });
  if (body.bot_image && body.bot_image_url)
    problems.push({
      field: 'bot_image',
      message: 'cannot be given beside bot_image_url, of which it is the older name',
    });
  if (body.live_transcription_required && !(engine && wayOf(engine) !== 'recorded'))
    problems.push({ field: '', message: streamingNeeded });
  if (engine && wayOf(engine) === 'captions' && platform && !platformOf(platform).hasCaptions)
    problems.push({ field: captionsField, message: `is there for ${captioned} only` });
  return problems;
}

/** The provider that is asked for, by its field or by the one that was before. */
export function providerOf(body: CreateBotBody): ChosenProvider | undefined {
  return body.recording_config.transcript?.provider ?? body.transcription;
}

/** Every address in the request that Earshot will call, with the schemes it may have. */
export function addressesOf(body: CreateBotBody): { field: string; url: string; schemes: readonly string[] }[] {
  const web = ['https', 'http'];
  const sockets = ['wss', 'ws'];
  const live = body.live_transcription_required;
  const named = [
    { field: 'callback_url', url: body.callback_url, schemes: web },
    { field: 'bot_image_url', url: body.bot_image_url, schemes: web },
    { field: 'bot_image', url: body.bot_image, schemes: web },
    { field: 'live_audio_required.websocket_url', url: body.live_audio_required?.websocket_url, schemes: sockets },
    { field: 'live_video_required.websocket_url', url: body.live_video_required?.websocket_url, schemes: sockets },
    { field: 'liveVideoRequired.websocketUrl', url: body.liveVideoRequired?.websocket_url, schemes: sockets },
    { field: 'socket_connection_url.websocket_url', url: body.socket_connection_url?.websocket_url, schemes: sockets },
    {
      field: 'live_transcription_required.webhook_url',
      url: live && 'webhook_url' in live ? live.webhook_url : undefined,
      schemes: web,
    },
    {
      field: 'live_transcription_required.websocket_url',
      url: live && 'websocket_url' in live ? live.websocket_url : undefined,
      schemes: sockets,
    },
    ...body.recording_config.realtime_endpoints.map(({ url }, index) => ({
      field: `recording_config.realtime_endpoints.${index}.url`,
      url,
      schemes: web,
    })),
  ];
  return named.flatMap(({ field, url, schemes }) => (url === undefined ? [] : [{ field, url, schemes }]));
}

/** The public request as the scheduler's order. */
export function toBotSpec(
  body: CreateBotBody,
  link: MeetingLink,
  {
    callbackVersion,
    requestJson,
    speech,
  }: { callbackVersion: string; requestJson: string; speech: Speech | undefined },
): BotSpec {
  const { automatic_leave: leave, recording_config: recording, live_transcription_required: live } = body;
  return {
    platform: platformWords.to(link.platform),
    meetingUrl: link.url,
    meeting: link.meeting,
    botName: body.bot_name,
    joinAt: body.join_at === undefined ? undefined : new Date(body.join_at),
    chatMessage: body.bot_message,
    imageUrl: body.bot_image_url ?? body.bot_image ?? '',
    media: toMediaPlanMessage(toMediaPlan(body)),
    leave: toLeavePolicy(leave, link.platform),
    speech: toPlanMessage(speech && toPlan(speech)),
    destinations: {
      lifecycleUrl: body.callback_url ?? '',
      callbackVersion,
      liveTranscriptWebhookUrl: (live && 'webhook_url' in live && live.webhook_url) || '',
      liveTranscriptSocketUrl: (live && 'websocket_url' in live && live.websocket_url) || '',
      liveAudioSocketUrl: body.live_audio_required?.websocket_url ?? '',
      liveVideoSocketUrl: liveVideoSocketOf(body),
      controlSocketUrl: body.socket_connection_url?.websocket_url ?? '',
      participantHooks: recording.realtime_endpoints.map(({ url, events }) => ({
        url,
        onJoin: events.includes('participant_events.join'),
        onLeave: events.includes('participant_events.leave'),
        onSpeech: events.includes('participant_events.speech_on'),
        onSpeechOff: events.includes('participant_events.speech_off'),
        onChat: events.includes('participant_events.chat_message'),
      })),
    },
    retentionHours: retentionHours(recording.retention),
    attributesJson: JSON.stringify(body.custom_attributes),
    requestJson,
  };
}

function retentionHours(retention: { type?: string | undefined; hours?: number | undefined } | undefined): number {
  return retention?.type === 'timed' && retention.hours ? Math.ceil(retention.hours) : DEFAULT_RETENTION_HOURS;
}
