import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { parseAudioFrame, type LiveAudioFrame } from './audio-frame.ts';
import { createControlServer, type ControlConnection } from './control-server.ts';
import { Watched } from './eventually.ts';

/** One POST as it came. */
export interface Received {
  readonly at: number;
  readonly headers: Readonly<Record<string, string>>;
  // A customer's own code would have types for these; a test looks at what is really there.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
  readonly raw: string;
}

export interface AudioChunk {
  readonly texts: string[];
  readonly frames: LiveAudioFrame[];
  closeCode: number | undefined;
}

/** A customer of ours: a real server that takes callbacks, live words and live audio, and remembers everything. */
export interface Customer extends AsyncDisposable {
  readonly callbackUrl: string;
  readonly participantUrl: string;
  readonly liveTranscriptUrl: string;
  readonly liveAudioUrl: string;
  /** Of control sockets; whatever follows it in the path is the test's. */
  readonly controlUrl: string;
  readonly callbacks: Received[];
  readonly participants: Received[];
  readonly live: Received[];
  readonly audio: AudioChunk[];
  /** Of all control sockets, the oldest first. */
  readonly control: readonly ControlConnection[];
  readonly watched: Watched;
  /** Answers these statuses to the next callbacks, instead of 200. */
  readonly answers: number[];
}

export async function startCustomer(): Promise<Customer> {
  const watched = new Watched();
  const lists = { '/callbacks': [] as Received[], '/participants': [] as Received[], '/live': [] as Received[] };
  const audio: AudioChunk[] = [];
  const answers: number[] = [];

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const list = lists[request.url as keyof typeof lists];
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = list === undefined ? 404 : list === lists['/callbacks'] ? (answers.shift() ?? 200) : 200;
      response.writeHead(status).end();
      if (!list || status !== 200) return;
      const raw = Buffer.concat(chunks).toString('utf8');
      list.push({ at: Date.now(), headers: request.headers as Record<string, string>, body: JSON.parse(raw), raw });
      watched.changed();
    });
  });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const control = createControlServer(watched);
  server.on('upgrade', (request, stream, head) => {
    if (request.url === '/audio')
      sockets.handleUpgrade(request, stream, head, (socket) => sockets.emit('connection', socket));
    else if (request.url?.startsWith('/control')) control.upgrade(request, stream, head);
    else stream.destroy();
  });
  sockets.on('connection', (socket) => {
    const line: AudioChunk = { texts: [], frames: [], closeCode: undefined };
    audio.push(line);
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) line.frames.push(parseAudioFrame(data, Date.now()));
      else line.texts.push(data.toString('utf8'));
    });
    socket.on('close', (code) => {
      line.closeCode = code;
      watched.changed();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    callbackUrl: `${url}/callbacks`,
    participantUrl: `${url}/participants`,
    liveTranscriptUrl: `${url}/live`,
    liveAudioUrl: `ws://127.0.0.1:${port}/audio`,
    controlUrl: `ws://127.0.0.1:${port}/control`,
    callbacks: lists['/callbacks'],
    participants: lists['/participants'],
    live: lists['/live'],
    audio,
    control: control.connections,
    watched,
    answers,
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients) client.terminate();
      control.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
