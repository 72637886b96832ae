import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { Watched } from '@earshot/harness';
import { WebSocketServer, type WebSocket } from 'ws';

const SIDE = 4;
const PICTURE_BYTES = SIDE * SIDE * 3;

export type Colour = 'red' | 'green' | 'blue' | 'white' | 'black' | 'other';

/** What one connection brought. */
export interface Received {
  readonly texts: Record<string, unknown>[];
  readonly pieces: Buffer[];
  /** What a player showed of it, as it came, from the first byte on: each colour once while it lasts. */
  readonly colours: { readonly colour: Colour; readonly at: number }[];
  closedWith: number | undefined;
}

/** A customer's endpoint for live video: plays what comes, and answers pings. One that is slow reads nothing. */
export async function startLiveCustomer({ isSlow = false }: { isSlow?: boolean } = {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const connections: Received[] = [];
  const watched = new Watched();
  const players: ReturnType<typeof spawn>[] = [];
  const sockets: Socket[] = [];
  server.on('connection', (socket: WebSocket, request) => {
    const received: Received = { texts: [], pieces: [], colours: [], closedWith: undefined };
    connections.push(received);
    watched.changed();
    sockets.push(request.socket);
    if (isSlow) request.socket.pause();
    const player = isSlow ? undefined : play(received, () => watched.changed());
    if (player) players.push(player);
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        received.pieces.push(data);
        player?.stdin?.write(data);
      } else {
        const message = JSON.parse(data.toString()) as Record<string, unknown>;
        received.texts.push(message);
        if (message['type'] === 'video_latency_ping')
          socket.send(JSON.stringify({ ...message, type: 'video_latency_pong', server_received_at_ms: Date.now() }));
      }
      watched.changed();
    });
    socket.on('error', () => {});
    socket.on('close', (code) => {
      received.closedWith = code;
      player?.stdin?.end();
      watched.changed();
    });
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/video`,
    connections,
    until: <T>(look: () => T | undefined) => watched.until(look, AbortSignal.timeout(45_000)),
    /** From here on it reads. */
    resume() {
      for (const socket of sockets) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      for (const player of players) player.kill('SIGKILL');
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A player that shows what comes at once. */
function play(received: Received, onChange: () => void) {
  const atOnce = ['-fflags', '+nobuffer', '-probesize', '4096', '-analyzeduration', '0'];
  const small = ['-map', '0:v', '-vf', `scale=${SIDE}:${SIDE}`, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'];
  const player = spawn('ffmpeg', ['-v', 'quiet', ...atOnce, '-i', 'pipe:0', ...small], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  player.stdin.on('error', () => {});
  let bytes = Buffer.alloc(0);
  player.stdout.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (; bytes.length >= PICTURE_BYTES; bytes = bytes.subarray(PICTURE_BYTES)) {
      const colour = colourOf(bytes.subarray((PICTURE_BYTES / 2) | 0));
      if (received.colours.at(-1)?.colour === colour) continue;
      received.colours.push({ colour, at: performance.now() });
      onChange();
    }
  });
  return player;
}

/** Of the pixel that a picture begins with. */
function colourOf([red = 0, green = 0, blue = 0]: Uint8Array): Colour {
  if (Math.max(red, green, blue) < 60) return 'black';
  if (Math.min(red, green, blue) > 200) return 'white';
  if (red > 2 * Math.max(green, blue)) return 'red';
  if (blue > 2 * Math.max(red, green)) return 'blue';
  return green > 2 * Math.max(red, blue) ? 'green' : 'other';
}
