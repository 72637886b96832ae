import { CompositionKind } from '@earshot/contract/composer/v1/composer.ts';
import { ArtifactKind } from '@earshot/contract/media/v1/artifacts.ts';
import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '@earshot/kernel';
import { fromMediaPlanMessage, layoutWords } from '@earshot/rpc';
import type { GatewayDeps } from '../../actions/deps.ts';
import { compositionsOf, filesFrom, filesOf, linksTo, linkTo, type Files } from '../../actions/files-of.ts';
import { findKept } from '../../actions/find-kept.ts';
import { composeBody, toComposition, videoQuery } from '../../contract/compositions.ts';
import { readBody, readBy } from '../../contract/read.ts';
import { toAudioStreams, toRecordingStreams, type Linked } from '../../contract/streams.ts';
import { toVideoInfo } from '../../contract/video.ts';
import { layoutNameOf, layoutOf } from '../../contract/video-layout.ts';
import { callerOf } from '../caller.ts';

interface BotPath {
  Params: { bot_id: string };
}

type Status = 'audio_status' | 'video_status';

/** The files that the composer makes of a visit: videos, and what is of one participant each. */
export function fileRoutes(api: FastifyInstance, deps: GatewayDeps): void {
  const { composer } = deps;
  const find = (request: FastifyRequest<BotPath>): Promise<Bot> =>
    findKept(deps, { botId: request.params.bot_id, accountId: callerOf(request).accountId });

  api.get<BotPath>('/bots/:bot_id/get_video', async (request, reply) => {
    const { layout: named } = readBy(videoQuery, request.query);
    const bot = await find(request);
    const files = await videoOf(deps, bot, named && layoutOf(named));
    if (files.case === 'coming') return sendProgress(reply, 'video_status', files);
    if (files.case !== 'ready') throw new AppError('not-found', `there is no video of this bot: ${files.why}`);
    const [video] = files.artifacts;
    if (!video) throw new AppError('internal', 'a video that is ready has no file');
    const fileName = 'video.mp4';
    return {
      video_url: await linkTo(deps, bot, { artifactId: video.artifactId, fileName }),
      video_info: toVideoInfo(video),
    };
  });

  const streams = {
    get_audio_streams: {
      status: 'audio_status',
      kind: CompositionKind.SEPARATE_AUDIO,
      artifactKinds: [ArtifactKind.SEPARATE_AUDIO],
      isOrdered: (bot: Bot) => fromMediaPlanMessage(bot.spec?.media).separateAudio,
      toBody: toAudioStreams,
    },
    get_recording_streams: {
      status: 'video_status',
      kind: CompositionKind.SEPARATE_VIDEO,
      artifactKinds: [ArtifactKind.WEBCAM, ArtifactKind.SCREEN_SHARE],
      isOrdered: (bot: Bot) => fromMediaPlanMessage(bot.spec?.media).separateVideo,
      toBody: toRecordingStreams,
    },
  } as const;
  for (const [path, { status, isOrdered, toBody, ...wanted }] of Object.entries(streams)) {
    api.get<BotPath>(`/bots/:bot_id/${path}`, async (request, reply) => {
      const bot = await find(request);
      const files = await filesOf(deps, bot, { ...wanted, isOrdered: isOrdered(bot) });
      if (files.case === 'coming') return sendProgress(reply, status, files);
      if (files.case === 'none') throw new AppError('not-found', `this bot has no such files: ${files.why}`);
      const linked: Linked[] = files.case === 'ready' ? await linksTo(deps, bot, files.artifacts) : [];
      return toBody(bot.botId, linked, files.case === 'skipped' ? `There are none: ${files.why}` : undefined);
    });
  }

  api.post<BotPath>('/bots/:bot_id/compose', async (request, reply) => {
    const { layout } = readBody(composeBody, request.body);
    const bot = await find(request);
    // What was ordered with the bot is made before it is done.
    if (bot.state !== 'BOT_STATE_DONE') throw new AppError('failed-precondition', 'the bot has not finished');
    const order = { botId: bot.botId, kind: CompositionKind.VIDEO, layout: layoutWords.to(layoutOf(layout)) };
    const composition = await composer.compose(order, { accountId: bot.accountId });
    return reply.code(202).send({ bot_id: bot.botId, composition: toComposition(composition) });
  });
}

/** In the layout that is asked for, else in the ordered one, else in any that was asked for afterwards. */
async function videoOf(deps: GatewayDeps, bot: Bot, asked: ReturnType<typeof layoutOf> | undefined): Promise<Files> {
  const ordered = fromMediaPlanMessage(bot.spec?.media).layout;
  const layout = asked ?? ordered;
  const artifactKinds = [ArtifactKind.VIDEO];
  const about = { kind: CompositionKind.VIDEO, artifactKinds };
  if (layout) {
    const files = await filesOf(deps, bot, { ...about, layout, isOrdered: layout === ordered });
    if (files.case !== 'none' || layout === ordered) return files;
    return { ...files, why: `${files.why}; POST /bots/{id}/compose makes one in the layout ${layoutNameOf(layout)}` };
  }
  const videos = (await compositionsOf(deps, bot)).filter(({ kind }) => kind === CompositionKind.VIDEO);
  const composition = videos.find(({ state }) => state === 'COMPOSITION_STATE_READY') ?? videos[0];
  if (composition) return filesFrom(deps, { bot, composition, artifactKinds });
  return { case: 'none', why: 'it was not ordered with the bot; POST /bots/{id}/compose makes one' };
}

const subjects = { audio_status: 'Audio', video_status: 'Video' } as const;

function sendProgress(reply: FastifyReply, status: Status, { stage, progress }: Files & { case: 'coming' }) {
  const message = `${subjects[status]} is still being processed. Current stage: ${stage}`;
  return reply.code(202).send({ [status]: 'in_progress', stage, progress, message });
}
