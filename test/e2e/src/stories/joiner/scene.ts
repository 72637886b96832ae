import { Artifact } from '@earshot/contract/media/v1/media.ts';
import { SECOND } from '@earshot/kernel';
import { platformWords } from '@earshot/rpc';
import type { Face } from '@earshot/lab';
import { leave } from '../../../../integration/joiner/fake-scheduler.ts';
import type { Moments } from '../../../../integration/joiner/moments.ts';
import type { Fixture } from '../../../../integration/joiner/fixture.ts';
import type { Row, Scene, Setting } from './row.ts';

/** Long enough for the slowest limit of the joiner's own (a minute on the way in) on a machine that is busy. */
const WAIT_MS = 150 * SECOND;

/** What came of a row on one platform. */
export interface Outcome {
  /** Empty when all was as it should be. */
  readonly failure: string;
  readonly seconds: number;
  readonly measuredMs: number | undefined;
}

/** Sends a bot into a meeting of its own and plays a row with it. */
export async function playScene(
  { lab, scheduler, media }: Fixture,
  { row, face, setting }: { row: Row; face: Face; setting: Setting },
): Promise<Outcome> {
  const startedAt = performance.now();
  const name = 'Earshot';
  const { lobby = false, variants = [], link } = setting;
  const room = lab.createRoom({ face, lobby, variants });
  const ann = row.hasOccupancy ? await room.join({ name: 'Ann' }) : undefined;
  const meetingUrl = link?.(room) ?? room.link;
  const bot = scheduler.order({ platform: platformWords.to(face), meetingUrl, leave: { ...leave, ...row.policy } });
  const seen = () => scheduler.seen(bot.botId);
  const isOver = () => scheduler.endOf(bot.botId) !== undefined;
  const end = async () => void (await scheduler.moments.until(isOver, 'the end', WAIT_MS));
  /** A bot that is gone does nothing more: what it should have done is then told at once. */
  const happens = async (moments: Moments, look: () => boolean | undefined, what: string) => {
    await Promise.race([moments.until(look, what, WAIT_MS), end()]);
    if (!look()) throw new Error(`ended with ${scheduler.endOf(bot.botId)?.reason} before: ${what}`);
  };
  const until = (what: string) => happens(scheduler.moments, () => seen().includes(what), what);
  const isThere = () => [...room.participants(), ...room.knocks()].some((person) => person.name === name);

  const scene: Scene = {
    room,
    name,
    diesAfterMs: 2 * SECOND,
    until,
    async lastSeen(what) {
      await until(what);
      return performance.now();
    },
    async comeIn() {
      if (!lobby) return;
      await until('knocked');
      room.host.admit(name);
    },
    occupancy() {
      if (!ann) throw new Error('nobody was there before');
      return ann;
    },
    async seesSomebody() {
      await happens(media.moments, () => media.changesOf(bot.botId).length > 0, 'somebody seen');
    },
    async isHeard() {
      await happens(media.moments, () => media.framesOf(bot.botId).length > 0, 'sound');
    },
    async isHeld() {
      const isHeld = () => scheduler.heartbeat()?.refs.some(({ botId }) => botId === bot.botId);
      await happens(scheduler.moments, isHeld, 'seated');
    },
    async stop() {
      const orderedAt = performance.now();
      scheduler.stop(bot);
      await end();
      await room.waitFor(() => !isThere(), { signal: AbortSignal.timeout(WAIT_MS) });
      return performance.now() - orderedAt;
    },
    isOver,
    end,
  };

  let measuredMs: number | undefined;
  let failure = '';
  try {
    measuredMs = (await row.play?.(scene)) ?? undefined;
    await end();
    failure = judge();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const { reason = 'no', detail = '' } = scheduler.endOf(bot.botId) ?? {};
    failure = `${why} (seen: ${seen().join()}; ended: ${reason} ${detail}; page: ${lastPage()})`;
  }
  if (!isOver()) scheduler.stop(bot);
  await ann?.vanish().catch(() => {});
  return { failure, seconds: (performance.now() - startedAt) / SECOND, measuredMs };

  /** The text of the page that the bot could not get past. */
  function lastPage(): string {
    const kept = media.debugOf(bot.botId).find(({ artifact }) => artifact === Artifact.PAGE);
    const text = kept?.content.toString().replace(/<(script|style)\b.*?<\/\1>|<[^>]*>/gs, ' ') ?? '';
    return text.replace(/\s+/g, ' ').trim().slice(0, 300);
  }

  function judge(): string {
    const { reason, retryable } = scheduler.endOf(bot.botId) ?? {};
    if (reason !== row.ends) return `ended with ${reason} after ${seen().join(', ')}`;
    const isLost = row.ends === 'END_REASON_WORKER_LOST';
    if (retryable !== isLost) return `retryable: ${retryable}`;
    const expected = [...row.sees, ...(isLost ? [] : ['leaving']), 'ended'].join();
    if (seen().join() !== expected) return `seen: ${seen().join()}`;
    const { withinMs = Infinity } = row;
    return measuredMs !== undefined && measuredMs > withinMs ? `took ${Math.round(measuredMs)} ms` : '';
  }
}
