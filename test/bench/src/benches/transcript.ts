import { TranscriptionWay } from '@earshot/contract/common/v1/transcription.ts';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import { TranscriptServiceService, type StreamRequest } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { createApi, eventually, type Api } from '@earshot/harness';
import { AsyncQueue, SECOND, silentLog } from '@earshot/kernel';
import { createRpcClient, type RpcClient } from '@earshot/rpc';
import { freePorts, startStack } from '@earshot/stack';
import { openQuickJoiner, stays } from '../../../e2e/src/callbacks/quick-joiner.ts';
import { percentile, type Bench } from '../bench.ts';

const root = resolve(import.meta.dirname, '../../../..');
const [BOTS, ROUNDS, WARM_ROUNDS] = [50, 60, 10];
/** Each bot's vendor says something this often, milliseconds; every third time it is final. */
const EVERY_MS = 500;
const CHUNK_MS = 100;

type Transcriber = RpcClient<typeof TranscriptServiceService>;

interface Sent {
  readonly at: number;
  readonly isFinal: boolean;
}

/**
 * Every process between the vendor's message and the customer's socket is the real one: transcriber, PostgreSQL, NATS, gateway,
 * notifier. The vendor, the customer and whoever hands in the audio are one process, on the same cores, so that the
 * figure is an upper bound. The vendor's words are made up: what it takes to hear them is not ours.
 */
export const transcript: Bench = {
  measures: `from the vendor's message to the customer's socket: ${BOTS} bots at once, a message every ${EVERY_MS} ms each, every third a final, which is committed on its way`,
  async run() {
    await using parts = new AsyncDisposableStack();
    const dataDir = await mkdtemp(join(tmpdir(), 'earshot-bench-'));
    parts.defer(() => rm(dataDir, { recursive: true, force: true }));
    const sent = new Map<string, Sent>();
    const latencies = { partials: [] as number[], finals: [] as number[] };
    const customer = await listen(parts, (socket) => {
      socket.on('message', (data: Buffer) => {
        const { transcript: text } = JSON.parse(data.toString('utf8')) as { transcript?: string };
        const one = text === undefined ? undefined : sent.get(text);
        if (!one || text === undefined) return;
        sent.delete(text);
        latencies[one.isFinal ? 'finals' : 'partials'].push(performance.now() - one.at);
      });
    });
    const vendor = await listen(parts, (socket) => answer(socket, sent));
    const ports = await freePorts();
    const settings = {
      ...process.env,
      ...{ EGRESS_ALLOW: '127.0.0.1', DEEPGRAM_API_KEY: 'key', DEEPGRAM_URL: `http://${vendor}` },
    };
    const only = ['gateway', 'scheduler', 'transcriber', 'notifier'] as const;
    const stack = parts.use(await startStack({ root, dataDir, ports, settings, only, log: silentLog }));
    const transcriber = parts.use(
      createRpcClient(TranscriptServiceService, `127.0.0.1:${ports.transcriber}`, stack.identity('media-streamer')),
    );
    const api = createApi(stack);
    // Bots that are in their meetings, as those are of whom there is something to tell.
    parts.use(
      openQuickJoiner({
        address: `127.0.0.1:${ports.scheduler}`,
        identity: stack.identity('joiner'),
        maxBots: BOTS,
        visit: stays,
      }),
    );
    const talks: AsyncQueue<StreamRequest>[] = [];
    for (let bot = 0; bot < BOTS; bot += 1) talks.push(await open(transcriber, await order(api, customer)));

    for (let round = 0; round < WARM_ROUNDS + ROUNDS; round += 1) {
      if (round === WARM_ROUNDS) for (const list of Object.values(latencies)) list.length = 0;
      for (const talk of talks) {
        talk.push(speech(round * EVERY_MS));
        await pause(EVERY_MS / BOTS);
      }
    }
    // A partial that a final overtook is not told, and not waited for.
    const areAllThere = () => Promise.resolve([...sent.values()].every(({ isFinal }) => !isFinal));
    await eventually(areAllThere, { signal: AbortSignal.timeout(10 * SECOND) });
    for (const talk of talks) talk.end();
    const all = [...latencies.partials, ...latencies.finals];
    return {
      ...{ p50_ms: percentile(all, 0.5), p95_ms: percentile(all, 0.95), bots: BOTS, messages: all.length },
      finals: { p50_ms: percentile(latencies.finals, 0.5), p95_ms: percentile(latencies.finals, 0.95) },
      partials: { p50_ms: percentile(latencies.partials, 0.5), p95_ms: percentile(latencies.partials, 0.95) },
    };
  },
};

/** Deepgram, as far as it matters here: one message for each piece of audio. */
function answer(socket: WebSocket, sent: Map<string, Sent>): void {
  let pieces = 0;
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary || data.length === 0) return;
    const end = (pieces * CHUNK_MS + CHUNK_MS) / SECOND;
    pieces += 1;
    const isFinal = pieces % 3 === 0;
    const text = `w${randomUUID().replaceAll('-', '')}`;
    const words = [{ word: text, start: end - 0.09, end: end - 0.01, confidence: 1 }];
    const channel = { alternatives: [{ transcript: text, confidence: 1, words }] };
    const message = { type: 'Results', is_final: isFinal, speech_final: isFinal, channel, start: 0, duration: end };
    sent.set(text, { at: performance.now(), isFinal });
    socket.send(JSON.stringify(message));
  });
}

async function order(api: Api, customer: string): Promise<{ botId: string; transcriptId: string }> {
  const { status, body } = await api.request('POST', '/bots/create_bot', {
    meeting_link: 'https://meet.google.com/abc-defg-hij',
    live_transcription_required: { websocket_url: `ws://${customer}/live` },
    recording_config: { transcript: { provider: { deepgram_streaming: { transcription_mode: 'raw' } } } },
  });
  if (status !== 201) throw new Error(`create_bot answered ${status}: ${body.message}`);
  return { botId: body.bot_id, transcriptId: body.transcript_id };
}

/** A visit's line to the transcriber, as the media-streamer holds it. */
async function open(
  transcriber: Transcriber,
  { botId, transcriptId }: { botId: string; transcriptId: string },
): Promise<AsyncQueue<StreamRequest>> {
  const requests = new AsyncQueue<StreamRequest>();
  const optionsJson = JSON.stringify({ transcription_mode: 'raw' });
  const speech = { engine: 'deepgram_streaming', optionsJson, way: TranscriptionWay.LIVE };
  const value = { botId, accountId: 'default', transcriptId, speech };
  requests.push({ message: { $case: 'start', value: { ...value, startedAt: new Date() } } });
  const resumed = Promise.withResolvers<void>();
  void (async () => {
    for await (const { message } of transcriber.stream(requests)) if (message?.$case === 'resume') resumed.resolve();
  })().catch((error: unknown) => resumed.reject(error));
  await resumed.promise;
  return requests;
}

function speech(atMs: number): StreamRequest {
  const pcm = Buffer.alloc((CHUNK_MS * 16 * 2) | 0, 1);
  return { message: { $case: 'speech', value: { trackId: 'track', atMs, pcm, sampleRate: 16_000 } } };
}

async function listen(parts: AsyncDisposableStack, accept: (socket: WebSocket) => void): Promise<string> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', accept);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  parts.defer(async () => {
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
