import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, chmod } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import { startLab, type Lab } from '@earshot/lab';
import { sizeOf } from '../../../services/joiner/src/workers/home.ts';
import { startFakeMedia, type FakeMedia } from './fake-media.ts';
import { startFakeScheduler } from './fake-scheduler.ts';
import { createMoments } from './moments.ts';
import { joinerEnv } from './fixture.ts';

const main = join(import.meta.dirname, '../../../services/joiner/src/main.ts');
const MB = 1024 * 1024;
const DOWNLOADS = 8;
const WINDOWS = 10;

/** A page that takes what it can get: the disk, windows, an answer to every question; and says when it has tried. */
const greedyPage = `<!doctype html><title>come in</title><a id="out" target="_blank" href="/window"></a>
<input name="name" placeholder="Your name"><button id="join">Join now</button><script type="module">
  navigator.serviceWorker?.register('/worker.js').catch(() => {});
  for (let n = 0; n < ${DOWNLOADS}; n++) {
    const link = document.createElement('a');
    link.href = n % 2 ? '/large' : URL.createObjectURL(new Blob([new Uint8Array(50 * ${MB})]));
    link.download = 'large-' + n;
    link.click();
  }
  const openWindows = () => {
    for (let n = 0; n < ${WINDOWS}; n++) window.open('/window?' + n, '', n % 2 ? 'popup' : '');
    out.click();
  };
  openWindows();
  alert('1'); confirm('2'); prompt('3'); print();
  const input = document.createElement('input');
  input.type = 'file';
  input.click();
  const asked = await Promise.all([
    Notification.requestPermission(),
    new Promise((resolve) => navigator.geolocation.getCurrentPosition(() => resolve('granted'), () => resolve('denied'))),
  ]);
  // The bot's own press gives what a script may not take for itself.
  join.onclick = () => {
    openWindows();
    input.click();
    fetch('/tried?' + asked.join());
  };
  // A page that wants to keep its visitor, and tells its meeting when it cannot.
  addEventListener('beforeunload', (event) => {
    event.preventDefault();
    navigator.sendBeacon('/gone');
  });
</script>`;

describe('what a page takes beside its meeting', { timeout: 120_000 }, () => {
  let lab: Lab;
  let media: FakeMedia;
  let temp: string;
  beforeAll(async () => void ([lab, media] = await Promise.all([startLab(), startFakeMedia()])));
  afterAll(async () => {
    for (const part of [media, lab]) await part[Symbol.asyncDispose]();
  });

  /** A joiner in a process of its own, whose temp folder is seen. */
  async function startJoiner(env: Record<string, string> = {}) {
    const scheduler = await startFakeScheduler();
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      env: { ...process.env, ...joinerEnv({ lab, scheduler, media }), TMPDIR: temp, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const ended = once(child, 'exit');
    return {
      scheduler,
      child,
      ended,
      async [Symbol.asyncDispose]() {
        if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
        await ended;
        await scheduler[Symbol.asyncDispose]();
      },
    };
  }

  it('is neither disk nor windows nor an answer, nor a visitor who has to stay', async () => {
    temp = await makeTemp();
    const moments = createMoments();
    const windows = new Set<ServerResponse>();
    let opened = 0;
    let tried: string | undefined;
    let isGoneReported = false;
    const server = createServer(({ url = '' }, response) => {
      if (url.startsWith('/window')) {
        opened += 1;
        response.setHeader('content-type', 'text/html').end('<script>fetch("/alive")</script>');
      } else if (url === '/alive') {
        windows.add(response);
        response.on('close', () => {
          windows.delete(response);
          moments.notify();
        });
      } else if (url === '/large') {
        response.setHeader('content-type', 'application/octet-stream').end(Buffer.alloc(50 * MB));
      } else {
        isGoneReported ||= url === '/gone';
        if (url.startsWith('/tried')) tried = url.slice(url.indexOf('?') + 1);
        response.setHeader('content-type', 'text/html').end(url === '/' ? greedyPage : '');
      }
      moments.notify();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    {
      await using joiner = await startJoiner();
      const bot = joiner.scheduler.order({ meetingUrl: `http://127.0.0.1:${port}/` });
      expect(await moments.until(() => tried, 'the page has tried')).toBe('denied,denied');
      await moments.until(() => windows.size === 0, 'windows closed');
      expect(await sizeOf(temp)).toBeLessThan(100 * MB);
      joiner.scheduler.stop(bot);
      await joiner.scheduler.moments.until(() => joiner.scheduler.endOf(bot.botId), 'the end');
      expect(joiner.scheduler.endOf(bot.botId)?.reason).toBe(EndReason.STOP_ORDERED);
      // Its tab was closed as a person's is: the meeting knows at once, and not when it misses somebody.
      await moments.until(() => isGoneReported, 'the goodbye of the page', 5000);
    }
    expect(opened).toBeLessThanOrEqual(WINDOWS + 1);
    expect(await readdir(temp)).toEqual([]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(temp, { recursive: true });
  });

  it('does not stay on the disk when its joiner is killed, and neither does what an earlier one left', async () => {
    temp = await makeTemp();
    await mkdir(join(temp, 'joiner-999999-Abc123'));
    await mkdir(join(temp, 'joiner-of-somebody-else'));
    const kept = ['joiner-of-somebody-else'];
    {
      await using joiner = await startJoiner();
      const room = lab.createRoom({ face: 'web' });
      const bot = joiner.scheduler.order({ meetingUrl: room.link });
      await joiner.scheduler.moments.until(() => joiner.scheduler.seen(bot.botId).includes('entered'), 'entered');
      const homes = (await readdir(temp)).filter((name) => !kept.includes(name));
      expect(homes).toEqual([expect.stringMatching(`^joiner-${joiner.child.pid}-`)]);
      joiner.child.kill('SIGKILL');
      await joiner.ended;
    }
    const left = () => readdir(temp);
    await expect.poll(left, { timeout: 20_000 }).toEqual(kept);
    await rm(temp, { recursive: true });
  });

  it('is no more than the operator allows: a browser that has filled its folder is killed, and its bot comes back', async () => {
    temp = await makeTemp();
    await using joiner = await startJoiner({ BROWSER_DISK_MB: '1' });
    const bot = joiner.scheduler.order({ meetingUrl: lab.createRoom({ face: 'web' }).link });
    const end = await joiner.scheduler.moments.until(() => joiner.scheduler.endOf(bot.botId), 'the end');
    expect(end).toMatchObject({ reason: EndReason.WORKER_LOST, retryable: true });
  });
});

/** A folder that the browsers' user may pass through. */
async function makeTemp(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'page-limits-'));
  await chmod(folder, 0o1777);
  return folder;
}
