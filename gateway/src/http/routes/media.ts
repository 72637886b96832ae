import { CompositionKind } from '@earshot/contract/composer/v1/composer.ts';
import { ArtifactKind } from '@earshot/contract/media/v1/artifacts.ts';
import type { Recording } from '@earshot/contract/media/v1/media.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { AppError } from '@earshot/kernel';
import type { GatewayDeps } from '../../actions/deps.ts';
import { compositionsOf, filesFrom, linkTo } from '../../actions/files-of.ts';
import { findKept } from '../../actions/find-kept.ts';
import { messagesOf, participantsOf } from '../../actions/people-of.ts';
import { audioQuery } from '../../contract/compositions.ts';
import { toChats, toParticipants } from '../../contract/people.ts';
import { readBy } from '../../contract/read.ts';
import { toScreenshots } from '../../contract/screenshots.ts';
import { toSpeakerTimeline } from '../../contract/speaker-timeline.ts';
import { callerOf } from '../caller.ts';

interface BotPath {
  Params: { bot_id: string };
}

/** Documented life of an audio link; the others' follow it. */
const LINK_SECONDS = 3600;

/** What was recorded of a meeting. */
export function mediaRoutes(api: FastifyInstance, deps: GatewayDeps): void {
  const { media, settings } = deps;
  const find = (request: FastifyRequest<BotPath>): Promise<Bot> =>
    findKept(deps, { botId: request.params.bot_id, accountId: callerOf(request).accountId });

  /** The recording once it is finished; undefined where the answer is sent that it is not. Throws `not-found` where there will be none. */
  async function finished(bot: Bot, reply: FastifyReply): Promise<Recording | undefined> {
    const recording = await media
      .getRecording({ botId: bot.botId }, { accountId: bot.accountId })
      .catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'not-found') return undefined;
        throw error;
      });
    if (recording?.state === 'RECORDING_STATE_READY') return recording;
    const ended = bot.state === 'BOT_STATE_DONE' || bot.state === 'BOT_STATE_FAILED';
    const detail = recording?.detail ?? '';
    const why = detail && `: ${detail}`;
    if (ended) throw new AppError('not-found', `this bot has recorded nothing${why}`);
    const message = `Audio is still being processed${why}.`;
    void reply.code(202).send({ audio_status: 'in_progress', message, ...(detail && { detail }) });
    return undefined;
  }

  async function wavOf({ botId, accountId }: Bot): Promise<string> {
    const { token } = await media.signArtifact(
      { botId, artifact: 'ARTIFACT_MIXED_AUDIO', expiresSeconds: LINK_SECONDS, attempt: 0, artifactId: '' },
      { accountId },
    );
    return `${settings.publicUrl}/artifacts/${token}`;
  }

  api.get<BotPath>('/bots/:bot_id/get_audio', async (request, reply) => {
    const { format } = readBy(audioQuery, request.query);
    const bot = await find(request);
    const recording = await finished(bot, reply);
    if (!recording) return reply;
    if (format === 'opus') return sendOpus(deps, { bot, recording, request, reply });
    return { audio_url: await wavOf(bot), duration_seconds: recording.durationMs / 1000 };
  });

  api.get<BotPath>('/bots/:bot_id/get_speaker_timeline', async (request, reply) => {
    const bot = await find(request);
    const recording = await finished(bot, reply);
    if (!recording) return reply;
    const [{ intervals }, participants, audioUrl] = await Promise.all([
      media.getSpeakerTimeline({ botId: bot.botId }, { accountId: bot.accountId }),
      participantsOf(deps, bot),
      wavOf(bot),
    ]);
    return toSpeakerTimeline(bot, { recording, intervals, participants, audioUrl });
  });

  api.get<BotPath>('/bots/:bot_id/get_screenshots', async (request) => {
    const { botId, accountId } = await find(request);
    const { artifacts } = await media.listDebugArtifacts({ botId }, { accountId });
    const links = artifacts.map(async (kept) => {
      const { artifact, attempt } = kept;
      const { token } = await media.signArtifact(
        { botId, artifact, attempt, expiresSeconds: LINK_SECONDS, artifactId: '' },
        { accountId },
      );
      return { ...kept, url: `${settings.publicUrl}/artifacts/${token}` };
    });
    return toScreenshots(botId, await Promise.all(links));
  });

  // Before the meeting, and of one that nobody recorded, there is nobody and nothing: that is no error.
  api.get<BotPath>('/bots/:bot_id/get_participants', async (request) => {
    const bot = await find(request);
    return toParticipants(bot, await participantsOf(deps, bot));
  });

  api.get<BotPath>('/bots/:bot_id/get_chats', async (request) => {
    const bot = await find(request);
    const [messages, participants] = await Promise.all([messagesOf(deps, bot), participantsOf(deps, bot)]);
    return toChats(bot, messages, participants);
  });
}

interface OpusRequest {
  readonly bot: Bot;
  readonly recording: Recording;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** The mix as Opus, which is made when it is asked for first. A HEAD is for looking, and has nothing made. */
async function sendOpus(deps: GatewayDeps, { bot, recording, request, reply }: OpusRequest): Promise<unknown> {
  const { botId, accountId } = bot;
  const kind = CompositionKind.MIXED_OPUS;
  const known = (await compositionsOf(deps, bot)).find((each) => each.kind === kind);
  const composition =
    known?.state === 'COMPOSITION_STATE_READY' || request.method === 'HEAD'
      ? known
      : await deps.composer.compose({ botId, kind, layout: 'VIDEO_LAYOUT_UNSPECIFIED' }, { accountId });
  const files = composition && (await filesFrom(deps, { bot, composition, artifactKinds: [ArtifactKind.MIXED_OPUS] }));
  const audio = files?.case === 'ready' ? files.artifacts[0] : undefined;
  if (audio) {
    const link = { artifactId: audio.artifactId, fileName: 'audio.ogg', seconds: LINK_SECONDS };
    return { audio_url: await linkTo(deps, bot, link), duration_seconds: recording.durationMs / 1000 };
  }
  if (files && 'why' in files) throw new AppError('not-found', `there is no Opus of this recording: ${files.why}`);
  const { stage, progress } = files?.case === 'coming' ? files : { stage: 'waiting', progress: 0 };
  const message = `Audio is still being processed. Current stage: ${stage}`;
  return reply.code(202).send({ audio_status: 'in_progress', stage, progress, message });
}
