import type { Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { swallow, type Log } from '@earshot/kernel';
import { parsePageMessage } from './protocol.ts';
import type { Attendees } from './attendees.ts';

export interface SignallingDeps {
  findAttendees(roomId: string): Attendees | undefined;
  log: Log;
}

/** Serves `/lab/signal/<room>` on the given servers: a socket is an attendee, its closing is a departure. */
export function createSignalling(servers: readonly Server[], deps: SignallingDeps): { close(): void } {
  const sockets = new WebSocketServer({ noServer: true });
  for (const server of servers) {
    server.on('upgrade', (request, socket, head) => {
      const roomId = /^\/lab\/signal\/([\w-]+)$/.exec(request.url ?? '')?.[1];
      const attendees = roomId === undefined ? undefined : deps.findAttendees(roomId);
      if (!attendees) {
        socket.destroy();
        return;
      }
      sockets.handleUpgrade(request, socket, head, (webSocket) => joinRoom(webSocket, attendees, deps.log));
    });
  }
  return {
    close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

function joinRoom(socket: WebSocket, attendees: Attendees, log: Log): void {
  const attendee = attendees.arrive((message) => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  });
  socket.on('message', (data) => {
    const message = parsePageMessage(String(data));
    if (message) attendees.handle(attendee, message);
  });
  socket.on('error', (error) => swallow(log, error, 'a page whose socket failed has left'));
  socket.on('close', () => attendees.depart(attendee));
}
