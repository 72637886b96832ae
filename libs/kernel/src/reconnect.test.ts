import { expect, it } from 'vitest';
import { FakeClock, SECOND } from './clock.ts';
import { reconnect, type Connection, type Loss, type ReconnectOptions } from './reconnect.ts';

/** Runs `once` under a clock of its own, without jitter; `pass` lets time go by. */
function hold(
  once: (connection: Connection, clock: FakeClock) => Promise<'done' | void>,
  over: Partial<ReconnectOptions> = {},
) {
  const clock = new FakeClock();
  const stopping = new AbortController();
  const losses: Loss[] = [];
  const onLost = (loss: Loss) => void losses.push(loss);
  const options = { clock, signal: stopping.signal, maxDelayMs: SECOND, onLost, random: () => 0.5, ...over };
  const ended = reconnect(options, (connection) => once(connection, clock));
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      await clock.advance(100);
      await new Promise(setImmediate);
    }
  };
  return { losses, ended, pass, stop: () => stopping.abort(new Error('enough')) };
}

const delays = (losses: readonly Loss[]) => losses.map(({ delayMs }) => delayMs);

it('doubles its pauses up to the longest while nobody is there', async () => {
  const { losses, pass, stop, ended } = hold(() => Promise.reject(new Error('refused')));
  await pass(4 * SECOND);
  expect(delays(losses)).toEqual([100, 200, 400, 800, 1000, 1000, 1000]);
  expect(losses.map(({ failures }) => failures)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  stop();
  await ended;
});

it('does not take for up who answers and drops at once', async () => {
  const { losses, pass, stop, ended } = hold(async ({ up }) => up());
  await pass(4 * SECOND);
  expect(delays(losses)).toEqual([100, 200, 400, 800, 1000, 1000, 1000]);
  stop();
  await ended;
});

it('does not take for up who hangs for long and never answers', async () => {
  const { losses, pass, stop, ended } = hold(({ signal }, clock) => clock.sleep(6 * SECOND, signal));
  await pass(19 * SECOND);
  expect(delays(losses)).toEqual([100, 200, 400]);
  stop();
  await ended;
});

it('begins with the shortest pause again after a connection that stayed up', async () => {
  let livesMs = 0;
  const { losses, pass, stop, ended } = hold(async ({ signal, up }, clock) => {
    up();
    await clock.sleep(livesMs, signal);
    up();
  });
  await pass(SECOND);
  livesMs = 5 * SECOND;
  await pass(6 * SECOND);
  expect(delays(losses)).toEqual([100, 200, 400, 800, 100]);
  expect(losses.at(-1)).toMatchObject({ failures: 0, uptimeMs: 5 * SECOND, error: undefined });
  stop();
  await ended;
});

it('ends with its signal in the middle of a connection and reports no loss', async () => {
  const { losses, stop, ended } = hold(({ signal }, clock) => clock.sleep(SECOND, signal));
  stop();
  await ended;
  expect(losses).toEqual([]);
});

it('ends with its signal in the middle of a pause', async () => {
  let tries = 0;
  const { pass, stop, ended } = hold(async () => void tries++);
  await pass(0);
  stop();
  await ended;
  expect(tries).toBe(1);
});

it('ends when a connection answers that it is done', async () => {
  let tries = 0;
  const { pass, ended } = hold(async () => (++tries === 3 ? 'done' : undefined));
  await pass(SECOND);
  await ended;
  expect(tries).toBe(3);
});

it('spreads its pauses, so that those who lost the same peer do not return together', async () => {
  const low = hold(() => Promise.reject(new Error('refused')), { random: () => 0, minDelayMs: SECOND });
  await low.pass(0);
  await Promise.resolve();
  low.stop();
  await low.ended;
  expect(delays(low.losses)).toEqual([800]);
});
