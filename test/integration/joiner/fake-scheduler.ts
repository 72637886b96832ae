import { randomUUID } from 'node:crypto';
import {
  JoinerControlServiceService,
  type ConnectResponse,
  type Heartbeat,
  type BotReport,
  type SpeechEnded,
  type SpeechStarted,
} from '@earshot/contract/scheduler/v1/joiner_control.ts';
import { EndReason, Platform, type BotSpec } from '@earshot/contract/scheduler/v1/bots.ts';
import { openToAll, testAssignmentSecret } from '@earshot/harness';
import { AppError, AsyncQueue, silentLog } from '@earshot/kernel';
import { createRpcServer, isAssigned, signAssignment, type RpcServer } from '@earshot/rpc';
import { createMoments, type Moments } from './moments.ts';

export interface Ordered {
  readonly botId: string;
  readonly spec: BotSpec;
  readonly epoch: number;
  isStopped: boolean;
  isPaused: boolean;
  readonly messages: { readonly messageId: string; readonly text: string }[];
}

/** A scheduler of the true protocol without a database: commands are repeated with each heartbeat until obeyed. */
export interface FakeScheduler extends AsyncDisposable {
  readonly address: string;
  readonly moments: Moments;
  /** What was reported of a bot, in order, each once: where it is. */
  seen(botId: string): string[];
  /** When something was reported of a bot first, milliseconds since 1970. */
  seenAt(botId: string, what: string): number;
  /** What the host answered to the bot's asking whether it may record. */
  recordingAnswers(botId: string): boolean[];
  endOf(botId: string): { reason: EndReason; retryable: boolean; detail: string } | undefined;
  order(spec: Partial<BotSpec> & { meetingUrl: string }): Ordered;
  stop(bot: Ordered): void;
  /** Commands it with each heartbeat until the bot reports the same. */
  setPaused(bot: Ordered, isPaused: boolean): void;
  /** What was reported of pauses, in order. */
  pausesOf(botId: string): boolean[];
  /** Commands it with each heartbeat until the bot has sent it. */
  sendChat(bot: Ordered, text: string): void;
  /** Whether each message of a bot was sent, in the order of the reports. */
  chatSent(botId: string): boolean[];
  /** Whether its greeting was sent, once for each report. */
  greeted(botId: string): boolean[];
  /** What was reported of what the bot says, in order. */
  speechesOf(botId: string): Speech[];
  heartbeat(): Heartbeat | undefined;
  /** Breaks every stream. */
  cut(): void;
}

export type Speech =
  | { readonly case: 'speechStarted'; readonly value: SpeechStarted }
  | { readonly case: 'speechEnded'; readonly value: SpeechEnded };

export const leave = {
  waitingRoomSeconds: 600,
  noOneJoinedSeconds: 600,
  everyoneLeftSeconds: 600,
  voiceInactivitySeconds: 0,
  recordingLimitSeconds: 14_400,
  recordingDeniedSeconds: 60,
  botDetection: undefined,
};

/** Reports that do not say where a bot is. */
const quiet = ['chatSent', 'identified', 'speechStarted', 'speechEnded'];

/** What a joiner reports of a bot that it does not prove to have ends its stream. */
function checkProven({ ref }: BotReport): void {
  if (ref && isAssigned(testAssignmentSecret, ref, ref.token)) return;
  throw new AppError('permission-denied', 'the assignment is not proven');
}

export async function startFakeScheduler(): Promise<FakeScheduler> {
  const moments = createMoments();
  const bots = new Map<string, Ordered>();
  const reports = new Map<number, BotReport>();
  const lines = new Set<AsyncQueue<ConnectResponse>>();
  let heartbeat: Heartbeat | undefined;
  const server: RpcServer = createRpcServer({ listen: '127.0.0.1:0', log: silentLog });

  const of = (botId: string) => [...reports.values()].filter(({ ref }) => ref?.botId === botId);
  const isInside = (botId: string) => !isOver(botId) && of(botId).some(({ seen }) => seen?.$case === 'entered');
  const isOver = (botId: string) => of(botId).some(({ seen }) => seen?.$case === 'ended');

  const pausesOf = (botId: string) =>
    of(botId).flatMap(({ seen }) => (seen?.$case === 'recordingPaused' ? [seen.value.paused] : []));

  /** Bots of the same link that are inside and have reported by what they are known. */
  function othersOf({ botId, spec }: Ordered) {
    const inside = [...bots.values()].filter(
      (bot) => bot.botId !== botId && bot.spec.meetingUrl === spec.meetingUrl && isInside(bot.botId),
    );
    return inside.map((bot) => {
      const identified = of(bot.botId).findLast(({ seen }) => seen?.$case === 'identified')?.seen;
      const { rosterId = '', certificates = [] } = identified?.$case === 'identified' ? identified.value : {};
      return { name: bot.spec.botName, rosterId, certificates };
    });
  }

  function answer(down: AsyncQueue<ConnectResponse>, { refs }: Heartbeat): void {
    for (const bot of bots.values()) {
      const ref = { botId: bot.botId, epoch: bot.epoch, token: signAssignment(testAssignmentSecret, bot) };
      const isHeld = refs.some(({ botId }) => botId === bot.botId);
      if (!isHeld && !isOver(bot.botId)) {
        const value = { ref, spec: bot.spec, paused: bot.isPaused, transcriptId: '', accountId: 'account' };
        down.push({ message: { $case: 'assign', value } });
      } else if (isHeld && bot.isStopped) {
        down.push({ message: { $case: 'leave', value: { ref, reason: EndReason.STOP_ORDERED } } });
      }
      if (isHeld && bot.isPaused !== (pausesOf(bot.botId).at(-1) ?? false))
        down.push({ message: { $case: 'setPaused', value: { ref, paused: bot.isPaused } } });
      const isSaid = (id: string) =>
        of(bot.botId).some(({ seen }) => seen?.$case === 'chatSent' && seen.value.messageId === id);
      if (isHeld) down.push({ message: { $case: 'otherBots', value: { ref, bots: othersOf(bot) } } });
      for (const message of bot.messages.filter(({ messageId }) => isHeld && !isSaid(messageId)))
        down.push({ message: { $case: 'sendChat', value: { ref, ...message } } });
    }
  }

  server.add(
    JoinerControlServiceService,
    {
      async *connect(requests, call) {
        const down = new AsyncQueue<ConnectResponse>();
        lines.add(down);
        call.signal.addEventListener('abort', () => down.end(), { once: true });
        void (async () => {
          for await (const { message } of requests) {
            if (message?.$case === 'heartbeat') {
              heartbeat = message.value;
              answer(down, message.value);
            } else if (message?.$case === 'report') {
              checkProven(message.value);
              reports.set(message.value.sequence, message.value);
              down.push({ message: { $case: 'acknowledge', value: { sequence: message.value.sequence } } });
            }
            moments.notify();
          }
          down.end();
        })().catch((error: unknown) => down.fail(error));
        try {
          yield* down;
        } finally {
          lines.delete(down);
        }
      },
    },
    openToAll(JoinerControlServiceService),
  );
  const port = await server.start();
  const wake = () => {
    for (const line of lines) if (heartbeat) answer(line, heartbeat);
  };

  return {
    address: `127.0.0.1:${port}`,
    moments,
    seen: (botId) => of(botId).flatMap(({ seen }) => (seen && !quiet.includes(seen.$case) ? [seen.$case] : [])),
    seenAt: (botId, what) =>
      of(botId)
        .find(({ seen }) => seen?.$case === what)
        ?.reportedAt?.getTime() ?? NaN,
    recordingAnswers: (botId) =>
      of(botId).flatMap(({ seen }) => (seen?.$case === 'recordingAnswered' ? [seen.value.allowed] : [])),
    endOf(botId) {
      const ended = of(botId).find(({ seen }) => seen?.$case === 'ended')?.seen;
      return ended?.$case === 'ended' ? ended.value : undefined;
    },
    order(spec) {
      const bot = {
        botId: randomUUID(),
        epoch: 1,
        isStopped: false,
        isPaused: false,
        messages: [],
        spec: fullSpec(spec),
      };
      bots.set(bot.botId, bot);
      wake();
      return bot;
    },
    stop(bot) {
      bot.isStopped = true;
      wake();
    },
    setPaused(bot, isPaused) {
      bot.isPaused = isPaused;
      wake();
    },
    pausesOf,
    sendChat(bot, text) {
      bot.messages.push({ messageId: randomUUID(), text });
      wake();
    },
    chatSent: (botId) =>
      of(botId).flatMap(({ seen }) =>
        seen?.$case === 'chatSent' && seen.value.messageId !== '' ? [seen.value.sent] : [],
      ),
    greeted: (botId) =>
      of(botId).flatMap(({ seen }) =>
        seen?.$case === 'chatSent' && seen.value.messageId === '' ? [seen.value.sent] : [],
      ),
    speechesOf: (botId) =>
      of(botId).flatMap(({ seen }): Speech[] =>
        seen?.$case === 'speechStarted' || seen?.$case === 'speechEnded'
          ? [{ case: seen.$case, value: seen.value } as Speech]
          : [],
      ),
    heartbeat: () => heartbeat,
    cut() {
      for (const line of lines) line.fail(new AppError('unavailable', 'cut by the test'));
    },
    async [Symbol.asyncDispose]() {
      for (const line of lines) line.end();
      await server[Symbol.asyncDispose]();
    },
  };
}

function fullSpec(spec: Partial<BotSpec> & { meetingUrl: string }): BotSpec {
  return {
    platform: Platform.WEB,
    botName: 'Earshot',
    joinAt: undefined,
    chatMessage: '',
    imageUrl: '',
    media: undefined,
    leave,
    speech: undefined,
    destinations: undefined,
    retentionHours: 1,
    attributesJson: '{}',
    requestJson: '{}',
    meeting: '',
    ...spec,
  };
}
