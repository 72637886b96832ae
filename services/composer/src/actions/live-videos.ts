import type { Tx } from '@earshot/db';
import { SECOND, type BotId } from '@earshot/kernel';
import type { LiveVideo } from '../domain/live-video.ts';
import type { ComposerDeps } from './deps.ts';

/** Not renewed for this long, a lease expires and another process goes on. */
const LEASE_MS = 8 * SECOND;
export const LIVE_RENEW_MS = 2 * SECOND;
/** How long one waits for a process that has room for it. */
const PATIENCE_MS = 20 * SECOND;

type LiveDeps = Pick<ComposerDeps, 'liveVideos' | 'clock'>;

/** A bot records: its video is streamed, where that was ordered. */
export async function noteRecording(
  { orderOf, liveVideos, erased, clock }: Pick<ComposerDeps, 'orderOf' | 'liveVideos' | 'erased' | 'clock'>,
  tx: Tx,
  botId: BotId,
): Promise<void> {
  const order = await orderOf(botId);
  if (!order?.plan.liveVideo || order.liveVideoSocketUrl === '') return;
  await erased.lockBot(tx, botId);
  if (await erased.has(tx, botId)) return;
  await liveVideos.add(tx, { botId, accountId: order.accountId, at: clock.now() });
}

/** Takes one that nobody has. */
export function claimLiveVideo({ liveVideos, clock }: LiveDeps, owner: string): Promise<LiveVideo | undefined> {
  const now = clock.now();
  return liveVideos.claim(now, { owner, leaseUntil: now + LEASE_MS });
}

/** Answers false where the lease is lost: somebody else has it, the visit is over, or the bot is erased. */
export function renewLiveVideo({ liveVideos, clock }: LiveDeps, botId: BotId, owner: string): Promise<boolean> {
  return liveVideos.renew(botId, { owner, leaseUntil: clock.now() + LEASE_MS });
}

/** Gives one back, for whoever takes it after `delayMs`. */
export async function releaseLiveVideo(
  { liveVideos, clock }: LiveDeps,
  botId: BotId,
  { owner, delayMs }: { owner: string; delayMs: number },
): Promise<void> {
  await liveVideos.release(botId, { owner, dueAt: clock.now() + delayMs });
}

/** Gives up those that nobody had room for; answers which. */
export function refuseLiveVideos({ liveVideos, clock }: LiveDeps): Promise<BotId[]> {
  return liveVideos.refuse(clock.now() - PATIENCE_MS);
}
