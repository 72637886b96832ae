import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Lab, Room } from '@earshot/lab';
import type { Answer, Order } from './peers-browser.ts';

/** Bots as others build them, in the same browser with the same flags and without our script: all is decoded and drawn. */
export interface PeersWay extends AsyncDisposable {
  /** The process that drives the browser; the browser is below it. */
  readonly pid: number;
  /** As a visitor with a name and no devices comes in. From its arrival on it reads the voice of each person and hands it on. */
  join(name: string, people: number): Promise<void>;
  /** Until something more was handed on by every page. */
  hear(): Promise<void>;
  /** Every page films itself in 720p from now on, and hands that on as well. */
  film(): Promise<void>;
  /** They stay, and go on decoding and drawing. */
  stopCapture(): Promise<void>;
}

const script = fileURLToPath(new URL('peers-browser.ts', import.meta.url));

export async function startPeersWay(lab: Lab, room: Room): Promise<PeersWay> {
  const child = fork(script, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const gone = once(child, 'exit');
  async function ask(order: Order): Promise<void> {
    const answered = once(child, 'message');
    child.send(order);
    const [answer] = (await Promise.race([
      answered,
      gone.then(() => [{ to: order.ask, error: 'its process is gone' }]),
    ])) as [Answer];
    if (answer.error) throw new Error(`the peers' way, asked to ${answer.to}: ${answer.error}`);
  }
  await ask({ ask: 'launch', args: lab.browserArgs });
  return {
    pid: child.pid ?? 0,
    async join(name, people) {
      await ask({ ask: 'join', link: room.link, name, people });
    },
    hear: () => ask({ ask: 'hear' }),
    film: () => ask({ ask: 'film' }),
    stopCapture: () => ask({ ask: 'stop-capture' }),
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await gone;
    },
  };
}
