import {
  JoinerServiceService,
  type ShowImageRequest,
  type SpeakRequest,
  type SpeakResponse,
  type SpeakStart,
} from '@earshot/contract/joiner/v1/joiner.ts';
import { AppError, silentLog, type ErrorCode } from '@earshot/kernel';
import { accountOfCall, createRpcServer, type CallContext, type Handlers } from '@earshot/rpc';

export interface Said {
  readonly accountId: string;
  readonly start: SpeakStart;
  readonly audio: Buffer;
}

/** A joiner without a browser: it takes what bots are to say, and keeps it. */
export async function startFakeJoiner() {
  const [said, shown, stopped]: [Said[], (ShowImageRequest & { accountId: string })[], string[]] = [[], [], []];
  /** Each call that has begun to say something; settled when it is over. */
  const begun: Promise<void>[] = [];
  /** What its calls are answered with, in their order, while there are any. */
  const refusals: ErrorCode[] = [];
  const check = (call: CallContext) => {
    const code = refusals.shift();
    if (code) throw new AppError(code, `refused with ${code}`);
    return accountOfCall(call);
  };
  async function take(requests: AsyncIterable<SpeakRequest>, call: CallContext): Promise<SpeakResponse> {
    let start: SpeakStart | undefined;
    const chunks: Buffer[] = [];
    for await (const { message } of requests) {
      if (message?.$case === 'start') start = message.value;
      if (message?.$case === 'chunk') chunks.push(message.value);
      // As one that refuses before it has got all of it.
      if (message?.$case === 'start' && refusals.length > 0) check(call);
    }
    if (!start) throw new AppError('invalid-argument', 'nothing is to be said');
    if (start.content?.$case === 'audio' && chunks.at(-1)?.length !== 0)
      throw new AppError('cancelled', 'the audio was given up in the middle');
    said.push({ accountId: accountOfCall(call), start, audio: Buffer.concat(chunks) });
    return { durationMs: 1234 };
  }
  const handlers: Handlers<typeof JoinerServiceService> = {
    async *speak(requests, call) {
      const { promise, resolve } = Promise.withResolvers<void>();
      begun.push(promise);
      try {
        yield await take(requests, call);
      } finally {
        resolve();
      }
    },
    async stopSpeaking({ botId }, call) {
      check(call);
      stopped.push(botId);
      return { speechIds: said.map(({ start }) => start.speechId) };
    },
    async showImage(request, call) {
      shown.push({ ...request, accountId: check(call) });
      return {};
    },
  };
  const server = createRpcServer({ listen: '127.0.0.1:0', log: silentLog });
  const callers = {
    speak: { gateway: 'account' },
    stopSpeaking: { gateway: 'account' },
    showImage: { gateway: 'account' },
  } as const;
  server.add(JoinerServiceService, handlers, callers);
  const address = `127.0.0.1:${await server.start()}`;
  return {
    address,
    said,
    shown,
    stopped,
    begun,
    refusals,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
