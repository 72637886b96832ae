import { ArtifactState, type ArtifactInfo, type ArtifactKind } from '@earshot/contract/media/v1/artifacts.ts';
import { CompositionState, type Composition, type CompositionKind } from '@earshot/contract/composer/v1/composer.ts';
import type { Bot, BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { mapConcurrent, type VideoLayout } from '@earshot/kernel';
import { layoutWords } from '@earshot/rpc';
import { progressOf, stageOf } from '../contract/compositions.ts';
import { fileNamesOf } from '../contract/file-names.ts';
import type { Linked } from '../contract/streams.ts';
import type { GatewayDeps } from './deps.ts';

/** Documented life of a link to a video, and to a file of one participant. */
const LINK_SECONDS = 600;
/** Links that are signed at one time, for one request. */
const CONCURRENCY = 8;

/** Of a bot that was in its meeting, and is out of it. */
const overStates: readonly BotState[] = ['BOT_STATE_PROCESSING', 'BOT_STATE_DONE'];

/** What is made of a visit after it, one kind of it. */
export type Files =
  | { readonly case: 'ready'; readonly artifacts: readonly ArtifactInfo[] }
  | { readonly case: 'coming'; readonly stage: string; readonly progress: number }
  /** There was nothing to make it of. */
  | { readonly case: 'skipped'; readonly why: string }
  /** There is none, and none will come by itself. */
  | { readonly case: 'none'; readonly why: string };

export interface WantedFiles {
  readonly kind: CompositionKind;
  /** Of a video. */
  readonly layout?: VideoLayout | undefined;
  readonly artifactKinds: readonly ArtifactKind[];
  readonly isOrdered: boolean;
}

/** All that is made of a visit, or is to be; nothing while it lasts. */
export async function compositionsOf({ composer }: Pick<GatewayDeps, 'composer'>, bot: Bot): Promise<Composition[]> {
  if (!overStates.includes(bot.state)) return [];
  return (await composer.listCompositions({ botId: bot.botId }, { accountId: bot.accountId })).compositions;
}

export async function filesOf(
  deps: Pick<GatewayDeps, 'composer' | 'media'>,
  bot: Bot,
  wanted: WantedFiles,
): Promise<Files> {
  const layout = wanted.layout && layoutWords.to(wanted.layout);
  const composition = (await compositionsOf(deps, bot)).find(
    (each) => each.kind === wanted.kind && (layout === undefined || each.layout === layout),
  );
  return composition ? filesFrom(deps, { bot, composition, ...wanted }) : withoutComposition(bot, wanted);
}

/** The files of a composition, as far as it has come. */
export async function filesFrom(
  { media }: Pick<GatewayDeps, 'media'>,
  { bot, composition, artifactKinds }: Pick<WantedFiles, 'artifactKinds'> & { bot: Bot; composition: Composition },
): Promise<Files> {
  const { state, detail, artifactId } = composition;
  if (state === CompositionState.FAILED) return { case: 'none', why: detail || 'it could not be made' };
  if (state === CompositionState.SKIPPED) return { case: 'skipped', why: detail || 'there was nothing to make it of' };
  if (state !== CompositionState.READY)
    return { case: 'coming', stage: stageOf(composition), progress: progressOf(composition) };
  const { botId, accountId } = bot;
  const { artifacts } = await media.listArtifacts({ botId, kinds: [...artifactKinds] }, { accountId });
  const own = artifacts.filter(
    (each) => each.state === ArtifactState.READY && (artifactId === '' || each.artifactId === artifactId),
  );
  return own.length > 0 ? { case: 'ready', artifacts: own } : { case: 'none', why: 'it is not kept any more' };
}

function withoutComposition(bot: Bot, { isOrdered }: WantedFiles): Files {
  if (!isOrdered) return { case: 'none', why: 'it was not ordered with the bot' };
  if (bot.state === 'BOT_STATE_FAILED') return { case: 'none', why: 'this bot has recorded nothing' };
  return { case: 'coming', stage: overStates.includes(bot.state) ? 'waiting' : 'in_meeting', progress: 0 };
}

/** An expiring link to an artifact, which is kept under `fileName`. */
export async function linkTo(
  { media, settings }: Pick<GatewayDeps, 'media' | 'settings'>,
  { botId, accountId }: Bot,
  { artifactId, fileName, seconds = LINK_SECONDS }: { artifactId: string; fileName: string; seconds?: number },
): Promise<string> {
  const { token } = await media.signArtifact(
    { botId, artifact: 'ARTIFACT_UNSPECIFIED', attempt: 0, artifactId, expiresSeconds: seconds },
    { accountId },
  );
  return `${settings.publicUrl}/artifacts/${token}/${encodeURIComponent(fileName)}`;
}

/** Each of them with its name and a link. */
export function linksTo(
  deps: Pick<GatewayDeps, 'media' | 'settings'>,
  bot: Bot,
  artifacts: readonly ArtifactInfo[],
): Promise<Linked[]> {
  const names = fileNamesOf(artifacts);
  return mapConcurrent(artifacts.entries(), { concurrency: CONCURRENCY }, async ([index, artifact]) => {
    const fileName = names[index] ?? '';
    return { artifact, fileName, url: await linkTo(deps, bot, { artifactId: artifact.artifactId, fileName }) };
  });
}
