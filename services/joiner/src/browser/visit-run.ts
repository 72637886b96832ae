import { SECOND, swallow, withTimeout, type Clock, type Log } from '@earshot/kernel';
import { firstReason } from '../checks/first-reason.ts';
import type { Ending, EndReason, Message, OtherBot, Visit } from '../domain/bot.ts';
import type { DoorState } from '../domain/door-state.ts';
import { DoorWatch } from '../domain/door-watch.ts';
import type { Picture } from '../domain/picture.ts';
import { platforms } from '../platforms/platforms.ts';
import { Selectors } from '../platforms/selectors.ts';
import type { MeetingPage, PageDeps, Platform } from '../platforms/platform.ts';
import { Arrival, pageError } from './arrival.ts';
import type { BotPage } from './bot-page.ts';
import { noRefusals } from './contain-page.ts';
import { CaptionWatch } from './caption-watch.ts';
import { ChatDesk } from './chat-desk.ts';
import { endingOf } from './endings.ts';
import { TAKE_STOPPED_MS, takeEvidence } from './evidence.ts';
import { Hearing } from './hearing.ts';
import type { VisitNews } from './ipc.ts';
import { MeetingWatch } from './meeting-watch.ts';
import type { Openings } from './openings.ts';
import { PermissionWatch } from './permission-watch.ts';

const LOOK_OUTSIDE_MS = SECOND / 4;
const LOOK_INSIDE_MS = SECOND;
/** For one answer. Two in a row that do not come in the meeting make a dead page. */
const PATIENCE_MS = 3 * SECOND;
/** The fetch has a limit of its own, below this one. */
const PICTURE_MS = 8 * SECOND;
/** How long the way in may take, the lobby not counted. */
const APPROACH_MS = 60 * SECOND;
/**
 * A page that has not answered for this long is taken for dead: on the way in, where it loads, and in the meeting, where
 * it is noticed within ten seconds: a rest, two answers that do not come, and two seconds for closing it.
 */
const UNRESPONSIVE_OUTSIDE_MS = 30 * SECOND;
const UNRESPONSIVE_INSIDE_MS = 1.9 * PATIENCE_MS;
/** A stop has three seconds in all; the rest is for closing the page. */
const LEAVE_CLICK_MS = 800;

/** What a page's last sound may take on its way, beside its turn. */
const SOUND_GRACE_MS = 100;

export interface VisitOrders {
  /** Aborts with an EndReason when the bot shall leave. */
  readonly leave: AbortSignal;
  /** Aborts when the bot shall go without a word. */
  readonly abandon: AbortSignal;
  /** What a bot that shows a picture shows. */
  readonly picture: Promise<Picture | undefined>;
  /** To be written into the chat, in this order; taken out as it is. */
  readonly messages: Message[];
  /** The other bots of this system in the meeting. */
  otherBots: readonly OtherBot[];
  /** Since when what is heard is being recorded, milliseconds since 1970. */
  recordingSince: number | undefined;
}

/** Hears what a visit tells nobody else. */
export interface Witness {
  /** Each look at the door, believed or not. */
  saw(state: DoorState): void;
}

export interface VisitRunDeps {
  readonly openings: Openings;
  readonly witness?: Witness;
  /** Hosts to whose terms the operator has agreed; none where it is not given. */
  readonly termsAcceptedHosts?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly tell: (news: VisitNews) => void;
}

/** The life of one bot in the browser, from the link to the end; tells its news as they come, `ended` last. */
export async function runVisit(deps: VisitRunDeps, visit: Visit, orders: VisitOrders): Promise<void> {
  const { clock, log, tell, openings } = deps;
  const platform = platforms[visit.platform];
  if (!platform) {
    const ending: Ending = { reason: 'join-failed', detail: 'platform not supported yet', retryable: false };
    return tell({ case: 'ended', ending, clockMs: 0 });
  }
  const onStretch = (stretch: Extract<VisitNews, { case: 'stretch' }>['stretch']) => tell({ case: 'stretch', stretch });
  const hearing = new Hearing({ clock, log, onStretch });
  const selectors = new Selectors();
  // Who is to come back is not on the way out.
  const tellLeaving = ({ reason, retryable }: Ending) => {
    if (!orders.abandon.aborted && !retryable) tell({ case: 'leaving', reason });
  };
  let botPage: BotPage | undefined;
  let ending: Ending;
  try {
    const { marks } = platform;
    const onMessage = (payload: string) => hearing.hear(payload);
    const told = AbortSignal.any([orders.leave, orders.abandon]);
    const awaited = visit.showsPicture ? orders.picture : undefined;
    const picture = await (awaited &&
      withTimeout(awaited, { timeoutMs: PICTURE_MS, signal: told }).catch(() => undefined));
    const { botName, soundEveryMs } = visit;
    botPage = await openings.open({ marks, botName, picture, soundEveryMs, log, onMessage }, told);
    const { termsAcceptedHosts = [] } = deps;
    const page = createPage(platform, { botPage, hearing, selectors, visit, termsAcceptedHosts });
    const attended = await attend(deps, { visit, orders, page, botPage, hearing });
    ending = attended.ending;
    const { reason } = ending;
    // Whoever is handed over has not failed.
    const isSentAway = orders.abandon.aborted || (told.aborted && ending.retryable);
    if (!attended.hasEntered && !isSentAway && !botPage.gone.aborted) {
      const timeoutMs = orders.leave.aborted ? TAKE_STOPPED_MS : undefined;
      const seen = await takeEvidence(botPage.page, { meetingUrl: visit.meetingUrl, timeoutMs, clock, log });
      tell({ case: 'evidence', evidence: { reason, ...seen } });
    }
    tellLeaving(ending);
    if (!botPage.gone.aborted && reason !== 'worker-lost') {
      // Before the entrance nothing was heard that could be on its way.
      if (attended.hasEntered) {
        const toldMs = soundEveryMs + SOUND_GRACE_MS;
        await withTimeout(hearing.untilTold(), { timeoutMs: toldMs }).catch((error: unknown) =>
          swallow(log, error, 'the page has ended'),
        );
      }
      await withTimeout(page.leave(), { timeoutMs: LEAVE_CLICK_MS }).catch((error: unknown) =>
        swallow(log, error, 'closing leaves as well'),
      );
    }
  } catch (error) {
    const ordered = orderedReason(orders);
    if (!ordered) log.warn('visit failed', { error: pageError(error) });
    ending = ordered ? endingOf(ordered) : { ...endingOf('worker-lost'), detail: 'the browser failed' };
    if (!botPage) tellLeaving(ending);
  }
  const clockMs = hearing.flush();
  await botPage?.close();
  const refusals = botPage?.refusals ?? noRefusals();
  const counts = { taps: hearing.counts, selectors: selectors.counts(), refusals };
  log.info('visit over', { reason: ending.reason, ...counts });
  tell({ case: 'counted', counts });
  tell({ case: 'ended', ending, clockMs });
}

function createPage(
  platform: Platform,
  {
    botPage,
    hearing,
    visit,
    ...deps
  }: { botPage: BotPage; hearing: Hearing; visit: Visit } & Pick<PageDeps, 'selectors' | 'termsAcceptedHosts'>,
): MeetingPage {
  const { meetingUrl, botName, showsPicture } = visit;
  return platform.createPage({ page: botPage.page, media: hearing.media, meetingUrl, botName, showsPicture, ...deps });
}

interface Attending {
  readonly visit: Visit;
  readonly orders: VisitOrders;
  readonly page: MeetingPage;
  readonly botPage: BotPage;
  readonly hearing: Hearing;
}

/** Looks, checks, rests, until there is a reason to leave. */
async function attend(
  { clock, log, tell, witness }: VisitRunDeps,
  attending: Attending,
): Promise<{ ending: Ending; hasEntered: boolean }> {
  const { visit, orders, page, botPage, hearing } = attending;
  const interrupt = AbortSignal.any([orders.leave, orders.abandon, botPage.gone]);
  const ask = <T>(question: Promise<T>) => withTimeout(question, { timeoutMs: PATIENCE_MS, signal: interrupt });
  const door = new DoorWatch();
  const botNameParts = visit.leave.botDetection?.nameParts ?? [];
  const { showsPicture } = visit;
  const listsEverybody = platforms[visit.platform]?.listsEverybody ?? false;
  const desk = new ChatDesk({ page, greeting: visit.chatMessage, messages: orders.messages, tell, log });
  const inside = new MeetingWatch({
    page,
    hearing,
    clock,
    log,
    tell,
    orders,
    showsPicture,
    listsEverybody,
    botNameParts,
  });
  const idOf = (name: string) => inside.idOf(name);
  const captions = visit.readsCaptions ? new CaptionWatch({ page, hearing, log, idOf }) : undefined;
  const permission = new PermissionWatch({ page, clock, tell, begin });
  let heardSince: number | undefined;
  let waitingSince: number | undefined;
  let enteredAt: number | undefined;
  let approachedMs = 0;
  let lookedAt = clock.now();
  let answeredAt = lookedAt;

  const because = (reason: EndReason) => {
    captions?.end();
    const ending = endingOf(reason, { door: door.believed, words: page.entranceWords?.() ?? '' });
    return { ending, hasEntered: enteredAt !== undefined };
  };
  function begin(): void {
    heardSince = clock.now();
    hearing.begin(heardSince);
    tell({ case: 'began', at: heardSince });
  }

  const arrival = new Arrival({ page: botPage.page, meeting: page, clock, log });
  await withTimeout(arrival.open(), { timeoutMs: APPROACH_MS / 2, signal: interrupt }).catch(() => {});
  for (;;) {
    const askedAt = clock.now();
    let isAnswered = true;
    try {
      // Asked in one turn with the door, which is one trip to the page; not while the page's hands may be needed to ask to record.
      const seeing = heardSince === undefined ? undefined : inside.see();
      // What became of it is asked below, unless the visit is over.
      seeing?.catch(() => {});
      const looked = arrival.isFailed() ? 'network' : await ask(page.doorState());
      witness?.saw(looked);
      const state = door.look(looked, clock.now());
      answeredAt = clock.now();
      if (enteredAt === undefined) await ask(arrival.heed(state));
      if (state === 'name' && enteredAt === undefined) await ask(page.fillNameAndKnock());
      if (state === 'waiting' && waitingSince === undefined) {
        waitingSince = clock.now();
        tell({ case: 'knocked' });
      }
      if (state === 'admitted' && enteredAt === undefined) {
        enteredAt = clock.now();
        tell({ case: 'entered', at: enteredAt });
      }
      if (state === 'admitted') {
        await ask(permission.look());
        // What the bot has to say for itself may help whoever is asked.
        const mayGreet = orders.recordingSince !== undefined || permission.unpermittedSince !== undefined;
        if (mayGreet) desk.look();
        await ask(inside.look(await ask(seeing ?? inside.see())));
        if (captions && heardSince !== undefined) await ask(captions.look());
      }
    } catch (error) {
      isAnswered = false;
      if (!interrupt.aborted) swallow(log, pageError(error), 'the next look may succeed');
    }
    const now = clock.now();
    const limit = enteredAt === undefined ? UNRESPONSIVE_OUTSIDE_MS : UNRESPONSIVE_INSIDE_MS;
    if (botPage.gone.aborted || now - answeredAt > limit) return because('worker-lost');
    const reason = firstReason({
      now,
      policy: visit.leave,
      stopOrdered: orderedReason(orders),
      door: door.believed,
      waitingSince,
      enteredAt,
      heardSince,
      recordingSince: orders.recordingSince,
      unpermittedSince: permission.unpermittedSince,
      ...inside.company,
      lastVoiceAt: hearing.lastVoiceAt,
    });
    if (reason) return because(reason);
    if (enteredAt === undefined && door.believed !== 'waiting') approachedMs += now - lookedAt;
    if (approachedMs >= APPROACH_MS) return because('join-failed');
    lookedAt = now;
    const pauseMs = enteredAt === undefined ? LOOK_OUTSIDE_MS : LOOK_INSIDE_MS;
    // Waiting in vain for an answer was rest enough.
    const restMs = isAnswered ? pauseMs : Math.max(0, pauseMs - (clock.now() - askedAt));
    await clock.sleep(restMs, interrupt).catch(() => {});
  }
}

function orderedReason({ leave, abandon }: VisitOrders): EndReason | undefined {
  if (leave.aborted) return leave.reason as EndReason;
  return abandon.aborted ? 'stop-ordered' : undefined;
}
