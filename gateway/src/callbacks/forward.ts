import { UtterancePreview } from '@earshot/contract/transcriber/v1/events.ts';
import type { Message } from '@earshot/contract/notifier/v1/notifier.ts';
import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { startFactSpan, traceparentOf, type ConsumedEvent } from '@earshot/events';
import { AppError, swallow } from '@earshot/kernel';
import type { GatewayDeps } from '../actions/deps.ts';
import type { BotDirectory } from './bot-directory.ts';
import { toMessages } from './callbacks.ts';
import { toCallbackEvent, type CallbackEvent } from './callback-event.ts';
import { inChunks } from './chunks.ts';
import { toLiveMessages, type LiveWords } from './live-transcript.ts';
import type { FinalUtteranceDeduper } from './final-utterance-deduper.ts';

type FactSpan = ReturnType<typeof startFactSpan>;
type TracedEvent = CallbackEvent & { readonly traceparent: string | undefined };

interface ForwardDeps extends Pick<GatewayDeps, 'notifier' | 'log'> {
  readonly bots: BotDirectory;
  readonly deduper: FinalUtteranceDeduper;
}

/**
 * Forwards facts to the notifier in their order. Returns when the notifier has stored their messages; throws when it could
 * not, and the same facts come again. Answers the bots whose erasure is among them: nothing of them is needed any more.
 */
export async function forwardFacts(deps: ForwardDeps, facts: readonly ConsumedEvent[]): Promise<string[]> {
  const spans = new Map(facts.flatMap((fact) => (fact.traceparent ? [[fact.id, startFactSpan(fact)]] : [])));
  try {
    return await forwardTraced(deps, facts, spans);
  } finally {
    for (const span of spans.values()) span?.end();
  }
}

/** `spans`: of those facts that are traced. */
async function forwardTraced(
  deps: ForwardDeps,
  facts: readonly ConsumedEvent[],
  spans: ReadonlyMap<string, FactSpan>,
): Promise<string[]> {
  const events = facts.flatMap((fact) => {
    const event = toCallbackEvent(fact, deps.log);
    return event ? [{ ...event, traceparent: traceparentOf(spans.get(fact.id)) }] : [];
  });
  const bots = await deps.bots.findAll(new Set(events.map(({ botId }) => botId)));
  const stories = Map.groupBy(events, ({ botId }) => botId);
  // Order is a matter of each bot: nobody's live words wait for those of others.
  const told = await Promise.all(
    Array.from(stories, async ([botId, story]) => {
      const bot = bots.get(botId);
      return bot ? forwardStory(deps, bot, story) : [];
    }),
  );
  for (const messages of inChunks(told.flat())) await deps.notifier.deliver({ messages });
  const erased = events.flatMap(({ kind, botId }) => (kind === 'erased' ? [botId] : []));
  for (const botId of erased) deps.bots.forget(botId);
  return [...new Set(erased)];
}

/** Sends one bot's live words, and answers the messages that are to be stored. */
async function forwardStory(deps: ForwardDeps, bot: Bot, story: readonly TracedEvent[]): Promise<Message[]> {
  const messages: Message[] = [];
  for (const event of story) {
    if (event.kind === 'utterance') {
      const { utterance } = event;
      const tell = () => sendLive(deps, bot, { utterance, isFinal: true });
      await deps.deduper.fact(bot.botId, utterance.utteranceId, tell);
      continue;
    }
    const { traceparent } = event;
    messages.push(...toMessages(bot, event).map((message) => ({ ...message, traceparent })));
    if (event.kind === 'transcript-ready' || event.kind === 'done') closeLive(deps, bot.botId);
  }
  return messages;
}

/** Flushing may take a while; nobody waits for it, and a live queue that is not closed closes itself when idle. */
function closeLive({ notifier, deduper, log }: ForwardDeps, botId: string): void {
  deduper.forget(botId);
  notifier
    .closeLive({ botId }, { timeoutMs: 10_000 })
    .catch((error: unknown) => swallow(log, error, 'the live queue closes when idle'));
}

/** Forwards words ahead of their fact. Losing some costs nothing: newer ones follow, or the fact does. */
export async function forwardPreview(deps: ForwardDeps, payload: Uint8Array): Promise<void> {
  try {
    const { botId, utterance, final: isFinal, after } = UtterancePreview.decode(payload);
    const bot = await deps.bots.find(botId);
    if (!bot || !utterance) return;
    const tell = () => sendLive(deps, bot, { utterance, isFinal });
    if (isFinal) await deps.deduper.publishEphemeral(botId, { utteranceId: utterance.utteranceId, after }, tell);
    else await tell();
  } catch (error) {
    swallow(deps.log, error, 'a preview may be lost');
  }
}

/** A customer whose live queue is full loses words rather than hold up everybody's callbacks; the transcript has them all. */
function unlessFull(log: ForwardDeps['log'], botId: string) {
  return (error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'resource-exhausted') throw error;
    log.warn('live words were not taken', { botId });
  };
}

async function sendLive({ notifier, log }: ForwardDeps, bot: Bot, words: LiveWords): Promise<void> {
  const { liveTranscriptWebhookUrl, liveTranscriptSocketUrl } = bot.spec?.destinations ?? {};
  const urls = [liveTranscriptWebhookUrl, liveTranscriptSocketUrl].filter((url): url is string => Boolean(url));
  if (urls.length === 0) return;
  const { botId, accountId } = bot;
  for (const { messageId, supersedesKey, body: told } of toLiveMessages(bot, words)) {
    const body = Buffer.from(JSON.stringify(told));
    for (const url of urls) {
      const message = { ...{ botId, accountId, messageId, supersedesKey, url }, body };
      await notifier.deliverLive(message).catch(unlessFull(log, botId));
    }
  }
}
