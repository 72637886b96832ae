import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { handleBatch } from './assemblyai/batch.ts';
import { isAuthorised } from './assemblyai/errors.ts';
import { openStream as openAssemblyAiStream } from './assemblyai/streaming.ts';
import { Transcripts } from './assemblyai/transcripts.ts';
import { localhostCertificate } from './certificate.ts';
import { handleControl } from './control.ts';
import { transcribeRecording } from './deepgram/batch.ts';
import { openStream as openDeepgramStream } from './deepgram/streaming.ts';
import { Faults } from './faults.ts';
import { sendJson } from './http.ts';
import { openSession as openRealtimeSession } from './openai/realtime/open-session.ts';
import { speak } from './openai/speech.ts';
import { transcribe } from './openai/transcriptions.ts';
import { Recogniser } from './recogniser/recogniser.ts';
import type { LoggedRequest } from './request-log.ts';
import { sentences } from './sentences.ts';

export interface SandboxOptions {
  /** 0, the default: any free one. */
  port?: number;
  tlsPort?: number;
  /** Where to listen; the loopback by default, since the sandbox's own paths ask for no key. */
  host?: string;
  keys?: { deepgram: string; assemblyai: string; openai: string };
  /** Recogniser processes; one a core by default, at most 4. */
  workers?: number;
  /** Recognises only with what a meeting on the same machine leaves it: a vendor's machine is another. Default false. */
  yields?: boolean;
  /** Deepgram's NET-0001: how long a stream may go without audio and KeepAlive, in milliseconds. */
  deepgramIdleMs?: number;
  /**
   * AssemblyAI's 3007: how far ahead of real time a stream may be, in milliseconds. Infinity, the default: as far as it
   * likes, since tests that have no need of real time are quicker without.
   */
  assemblyaiLeadMs?: number;
  /** What OpenAI's realtime model answers to one turn after the other, whatever was said; by default `sentences`. */
  realtimeAnswers?: readonly string[];
  /** How many times faster than it plays its audio comes; 5 by default. */
  realtimePace?: number;
}

export interface Sandbox extends AsyncDisposable {
  /** Base URL for HTTP; the streams are on the same port. */
  readonly deepgramUrl: string;
  readonly assemblyaiUrl: string;
  /** Up to and with the version, as clients of OpenAI are given it. */
  readonly openaiUrl: string;
  /** Of realtime conversations, without a query; `ws:`. */
  readonly realtimeUrl: string;
  /** `wss:`, since the vendor's SDK takes nothing else. */
  readonly assemblyaiStreamingUrl: string;
  /** The certificate to trust for `assemblyaiStreamingUrl`, for NODE_EXTRA_CA_CERTS. */
  readonly caPath: string;
  readonly keys: { readonly deepgram: string; readonly assemblyai: string; readonly openai: string };
  readonly faults: Faults;
  /** What was asked so far, oldest first. */
  readonly requests: readonly LoggedRequest[];
}

/** Starts the stand-ins. Needs the Debian packages pocketsphinx and pocketsphinx-en-us, and openssl. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const keys = options.keys ?? {
    deepgram: 'sandbox-deepgram-key',
    assemblyai: 'sandbox-assemblyai-key',
    openai: 'sandbox-openai-key',
  };
  const host = options.host ?? '127.0.0.1';
  const certificate = await localhostCertificate(join(import.meta.dirname, '../.cache'));
  const recogniser = await Recogniser.start(options);
  const faults = new Faults();
  const requests: LoggedRequest[] = [];
  const shared = { recogniser, faults, log: (request: LoggedRequest) => void requests.push(request) };
  const deepgram = { ...shared, key: keys.deepgram, idleMs: options.deepgramIdleMs ?? 10_000 };
  const assemblyai = {
    ...shared,
    key: keys.assemblyai,
    transcripts: new Transcripts(recogniser),
    tokens: new Set<string>(),
    leadMs: options.assemblyaiLeadMs ?? Infinity,
  };

  const openai = { ...shared, key: keys.openai };
  const realtime = {
    ...openai,
    answers: options.realtimeAnswers ?? sentences.map(({ text }) => text),
    pace: options.realtimePace ?? 5,
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url!, 'http://sandbox');
    if (await handleControl({ faults, requests }, request, response)) return;
    if (pathname === '/v1/listen' && request.method === 'POST') return transcribeRecording(deepgram, request, response);
    if (pathname === '/v1/audio/transcriptions' && request.method === 'POST')
      return transcribe(openai, request, response);
    if (pathname === '/v1/audio/speech' && request.method === 'POST') return speak(openai, request, response);
    if (pathname.startsWith('/v2/')) return handleBatch(assemblyai, request, response);
    if (pathname === '/v3/token' && isAuthorised(request.headers, keys.assemblyai)) {
      const token = randomUUID();
      assemblyai.tokens.add(token);
      return sendJson(response, { status: 200, body: { token } });
    }
    sendJson(response, { status: 404, body: { error: 'not found' } });
  };
  const sockets = new WebSocketServer({ noServer: true });
  sockets.on(
    'headers',
    (headers, { headers: { 'x-sandbox-request-id': id } }) => id && headers.push(`dg-request-id: ${String(id)}`),
  );
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { pathname } = new URL(request.url!, 'http://sandbox');
    socket.on('error', () => socket.destroy());
    if (pathname === '/v1/listen') openDeepgramStream(deepgram, sockets, { request, socket, head });
    else if (pathname === '/v3/ws') openAssemblyAiStream(assemblyai, sockets, { request, socket, head });
    else if (pathname === '/v1/realtime') openRealtimeSession(realtime, sockets, { request, socket, head });
    else socket.destroy();
  };

  const servers = [
    createHttpServer(),
    createHttpsServer({ key: certificate.key, cert: certificate.certificate }),
  ] as const;
  for (const server of servers) {
    server.on('upgrade', upgrade);
    server.on('request', (request, response) => {
      route(request, response).catch((error: unknown) => {
        if (!response.headersSent) sendJson(response, { status: 500, body: { error: String(error) } });
      });
    });
  }
  const port = await listen(servers[0], { port: options.port ?? 0, host });
  const tlsPort = await listen(servers[1], { port: options.tlsPort ?? 0, host });

  return {
    deepgramUrl: `http://127.0.0.1:${port}`,
    assemblyaiUrl: `http://127.0.0.1:${port}`,
    openaiUrl: `http://127.0.0.1:${port}/v1`,
    realtimeUrl: `ws://127.0.0.1:${port}/v1/realtime`,
    assemblyaiStreamingUrl: `wss://localhost:${tlsPort}/v3/ws`,
    caPath: certificate.caPath,
    keys,
    faults,
    requests,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      await Promise.all(servers.map(close));
      await recogniser[Symbol.asyncDispose]();
    },
  };
}

async function listen(server: Server, at: { port: number; host: string }): Promise<number> {
  server.listen(at.port, at.host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
