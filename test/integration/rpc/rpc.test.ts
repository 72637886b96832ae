import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { RetentionServiceService } from '@earshot/contract/retention/v1/retention.ts';
import { openToAll } from '@earshot/harness';
import { AppError, AsyncQueue, silentLog } from '@earshot/kernel';
import { createRpcClient, createRpcServer, isServing, type Callers, type Handlers, type RpcServer } from '@earshot/rpc';

/** The caller of each method that is tried here; anybody else is refused. */
const retentionCallers = {
  eraseNow: { gateway: 'all-accounts' },
  getErasure: { gateway: 'all-accounts' },
  acknowledgeErasures: {},
} as const;
const mediaCallers: Callers<typeof MediaServiceService> = {
  ...openToAll(MediaServiceService),
  ingest: { joiner: 'all-accounts' },
};
const erasure = { botId: 'b', dueAt: undefined, doneAt: undefined, deletedObjects: 3, attempts: 1 };
const refuse = async (): Promise<never> => {
  throw new AppError('failed-precondition', 'not yet');
};

/** The batch at which the echoing service gives up. */
const FAILS_AT = 50;

let server: RpcServer;
let address: string;
let handlers: Handlers<typeof RetentionServiceService>;

beforeEach(async () => {
  server = createRpcServer({ listen: '127.0.0.1:0', log: silentLog });
  handlers = { eraseNow: async () => erasure, getErasure: refuse, acknowledgeErasures: refuse };
  server.add(
    RetentionServiceService,
    {
      eraseNow: (request, call) => handlers.eraseNow(request, call),
      getErasure: (request, call) => handlers.getErasure(request, call),
      acknowledgeErasures: refuse,
    },
    retentionCallers,
  );
  const { ingest } = echoingMedia;
  server.add(MediaServiceService, { ...unused(), ingest }, mediaCallers);
  address = `127.0.0.1:${await server.start()}`;
});
afterEach(() => server[Symbol.asyncDispose]());

/** Acknowledges every batch by its sequence, and ends with `finish`. */
const echoingMedia: Pick<Handlers<typeof MediaServiceService>, 'ingest'> = {
  async *ingest(requests) {
    for await (const { message } of requests) {
      if (message?.$case === 'finish') return;
      if (message?.$case === 'batch') {
        if (message.value.sequence === FAILS_AT) throw new AppError('unavailable', 'in the middle');
        yield { message: { $case: 'acknowledge', value: { sequence: message.value.sequence, finished: false } } };
      }
    }
  },
};

function unused(): Handlers<typeof MediaServiceService> {
  const names = Object.keys(MediaServiceService);
  return Object.fromEntries(names.map((name) => [name, refuse])) as unknown as Handlers<typeof MediaServiceService>;
}

describe('rpc', () => {
  it('answers, and turns an AppError into the same AppError on the other side', async () => {
    await using client = createRpcClient(RetentionServiceService, address, { service: 'gateway' });
    expect(await client.eraseNow({ botId: 'b' })).toEqual(erasure);
    await expect(client.getErasure({ botId: 'b' })).rejects.toMatchObject({
      code: 'failed-precondition',
      message: 'not yet',
    });
  });

  it('refuses whoever may not call, streams alike, and names the method', async () => {
    for (const service of ['notifier', 'operator'] as const) {
      await using retention = createRpcClient(RetentionServiceService, address, { service });
      await using media = createRpcClient(MediaServiceService, address, { service });
      await expect(retention.eraseNow({ botId: 'b' })).rejects.toMatchObject({
        code: 'permission-denied',
        message: `/earshot.retention.v1.RetentionService/EraseNow is not for ${service}`,
      });
      const [first] = [media.ingest(new AsyncQueue())[Symbol.asyncIterator]().next()];
      await expect(first).rejects.toMatchObject({ code: 'permission-denied' });
    }
  });

  it('masks what is not ours', async () => {
    handlers = { ...handlers, eraseNow: async () => Promise.reject(new Error('password in here')) };
    await using client = createRpcClient(RetentionServiceService, address, { service: 'gateway' });
    await expect(client.eraseNow({ botId: 'b' })).rejects.toMatchObject({
      code: 'internal',
      message: 'internal error',
    });
  });

  it('gives up at the deadline, and the handler is told', async () => {
    const told = Promise.withResolvers<void>();
    handlers = {
      ...handlers,
      eraseNow: (_request, call) => new Promise(() => call.signal.addEventListener('abort', () => told.resolve())),
    };
    await using client = createRpcClient(RetentionServiceService, address, { service: 'gateway' });
    await expect(client.eraseNow({ botId: 'b' }, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'deadline-exceeded',
    });
    await told.promise;
  });

  it('carries a stream both ways', async () => {
    await using client = createRpcClient(MediaServiceService, address, { service: 'joiner' });
    const up = new AsyncQueue<Parameters<typeof client.ingest>[0] extends AsyncIterable<infer T> ? T : never>();
    for (const sequence of [1, 2, 3]) {
      up.push({
        message: {
          $case: 'batch',
          value: {
            sequence,
            clockMs: 0,
            frames: [],
            participants: [],
            chat: [],
            captions: [],
            speaking: [],
            soundLost: false,
            paused: false,
          },
        },
      });
    }
    up.push({ message: { $case: 'finish', value: { clockMs: 0 } } });
    const sequences: number[] = [];
    for await (const { message } of client.ingest(up)) {
      if (message?.$case === 'acknowledge') sequences.push(message.value.sequence);
    }
    expect(sequences).toEqual([1, 2, 3]);
  });

  it('tells the caller of a stream that failed, however much is still on its way', async () => {
    await using client = createRpcClient(MediaServiceService, address, { service: 'joiner' });
    for (let round = 0; round < 20; round += 1) {
      const up = new AsyncQueue<Parameters<typeof client.ingest>[0] extends AsyncIterable<infer T> ? T : never>();
      const batch = (sequence: number) =>
        up.push({
          message: {
            $case: 'batch',
            value: {
              sequence,
              clockMs: 0,
              frames: [],
              participants: [],
              chat: [],
              captions: [],
              speaking: [],
              soundLost: false,
              paused: false,
            },
          },
        });
      for (let sequence = 1; sequence <= FAILS_AT; sequence += 1) batch(sequence);
      const ending = (async () => {
        for await (const { message } of client.ingest(up)) {
          if (message?.$case === 'acknowledge') batch(message.value.sequence + 1);
        }
      })();
      await expect(ending).rejects.toMatchObject({ code: 'unavailable' });
    }
  });

  it('ends open streams when the server closes, so that they do not hold it up', async () => {
    await using client = createRpcClient(MediaServiceService, address, { service: 'joiner' });
    const up = new AsyncQueue<never>();
    const stream = client.ingest(up)[Symbol.asyncIterator]();
    const ended = stream.next().then(
      () => 'ended',
      (error: AppError) => error.code,
    );
    expect(await client.getRecording({ botId: 'b' }).catch((error: AppError) => error.code)).toBe(
      'failed-precondition',
    );
    await server[Symbol.asyncDispose]();
    expect(['ended', 'unavailable', 'cancelled']).toContain(await ended);
  });

  it('finds a server again that was away', async () => {
    await using client = createRpcClient(RetentionServiceService, address, { service: 'gateway' });
    await client.eraseNow({ botId: 'b' });
    await server[Symbol.asyncDispose]();
    server = createRpcServer({ listen: address, log: silentLog });
    const all = { eraseNow: async () => erasure, getErasure: refuse, acknowledgeErasures: refuse };
    server.add(RetentionServiceService, all, retentionCallers);
    await server.start();
    expect(await client.eraseNow({ botId: 'b' })).toEqual(erasure);
  });

  it('serves health', async () => {
    expect(await isServing(address)).toBe(true);
    server.leave();
    expect(await isServing(address)).toBe(false);
    expect(await isServing('127.0.0.1:1', { timeoutMs: 300 })).toBe(false);
  });
});
