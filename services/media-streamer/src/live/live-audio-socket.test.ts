import { EventEmitter } from 'node:events';
import { FakeClock, silentLog, type BotId } from '@earshot/kernel';
import { expect, it } from 'vitest';
import type { LiveFrame } from '../domain/live-frame.ts';
import { LiveAudioSocket, type LiveAudioSocketOptions } from './live-audio-socket.ts';

/** A customer's socket that takes nothing, or all. */
class FakeSocket extends EventEmitter {
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readyState = 0;
  bufferedAmount = 0;
  readonly sent: (string | Buffer)[] = [];
  isRead = false;

  open(): void {
    this.readyState = this.OPEN;
    this.emit('open');
  }

  send(data: string | Buffer, ...rest: unknown[]): void {
    const done = rest.at(-1) as () => void;
    this.sent.push(data);
    if (this.isRead) return queueMicrotask(done);
    this.bufferedAmount += data.length;
  }

  ping(): void {}
  close(): void {}

  terminate(): void {
    this.readyState = 3;
    this.emit('close', 1006);
  }
}

const SAMPLES = 960;
const frame = (at: number): LiveFrame => ({ bytes: Buffer.alloc(5 + SAMPLES * 2), at, samples: SAMPLES });

function open(over: Partial<LiveAudioSocketOptions> = {}) {
  const sockets: FakeSocket[] = [];
  const egress = {
    webSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as never;
    },
  };
  const about = {
    url: 'wss://customer.example/',
    botId: 'b' as BotId,
    startSample: 0,
    isResumed: false,
    isSeparate: false,
  };
  const clock = new FakeClock();
  return { sockets, clock, live: new LiveAudioSocket({ ...about, egress, clock, log: silentLog, ...over }) };
}

const readyOf = ({ sent }: FakeSocket) => JSON.parse(String(sent[0])) as Record<string, unknown>;
const documented = { type: 'ready', bot_id: 'b', message: 'Ready to receive messages' };

it('holds ten seconds and what the socket has not taken, by their bytes, for one that is not read', () => {
  const { sockets, live } = open();
  sockets[0]!.open();
  const count = 3000; // a minute
  for (let index = 0; index < count; index++) live.send(frame(index * SAMPLES));
  const taken = sockets[0]!.sent.slice(1).reduce((sum, { length }) => sum + length, 0);
  expect(taken).toBeLessThanOrEqual(64 * 1024 + frame(0).bytes.length);
  const held = (count - live.droppedFrames) * frame(0).bytes.length;
  expect(held).toBeLessThanOrEqual(taken + 960_000);
  expect(held).toBeGreaterThan(950_000);
});

it('begins a meeting as documented', () => {
  const { sockets, live } = open();
  live.send(frame(0));
  sockets[0]!.open();
  expect(readyOf(sockets[0]!)).toEqual(documented);
});

it('says where it goes on after another process had the meeting, or a connection was lost', async () => {
  const { sockets, clock, live } = open({ startSample: 96_000, isResumed: true });
  sockets[0]!.isRead = true;
  sockets[0]!.open();
  expect(readyOf(sockets[0]!)).toEqual({ ...documented, resumed: true, sample_position: 96_000, start_time: 2 });
  live.send(frame(96_000));
  sockets[0]!.terminate();
  while (sockets.length < 2) {
    await new Promise(setImmediate);
    await clock.advance(10_000);
  }
  live.send(frame(96_960));
  sockets[1]!.open();
  expect(readyOf(sockets[1]!)).toMatchObject({ resumed: true, sample_position: 96_960, start_time: 2.02 });
});

it('says where it begins when it was reached too late for the beginning', () => {
  const { sockets, live } = open();
  for (let index = 0; index < 1000; index++) live.send(frame(index * SAMPLES));
  sockets[0]!.open();
  const { resumed, sample_position } = readyOf(sockets[0]!);
  expect({ resumed, sample_position }).toEqual({ resumed: undefined, sample_position: live.droppedFrames * SAMPLES });
});

it('begins separate voices as documented, wherever the first one does', () => {
  const { sockets, live } = open({ isSeparate: true });
  live.send(frame(96_000));
  sockets[0]!.open();
  expect(readyOf(sockets[0]!)).toEqual(documented);
});
