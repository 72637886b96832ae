import { Agent, request } from 'undici';
import { openFixture } from '@earshot/harness';
import { percentile, type Bench } from '../bench.ts';

const REQUESTS = 5000;
const IN_FLIGHT = 32;

/** Orders bots for next year, as fast as they are answered: a 201 means committed. */
export const createBot: Bench = {
  measures: `${REQUESTS} create_bot calls, ${IN_FLIGHT} in flight, gateway to committed row, caller on the same cores`,
  async run() {
    await using fixture = await openFixture({ face: 'web' });
    const dispatcher = new Agent({ connections: IN_FLIGHT });
    const body = JSON.stringify({
      meeting_link: 'https://meet.google.com/abc-defg-hij',
      join_at: '2035-01-01 10:00:00',
    });
    const headers = { authorization: `Token ${fixture.stack.apiKey}`, 'content-type': 'application/json' };
    const order = async () => {
      const startedAt = performance.now();
      const answer = await request(`${fixture.stack.url}/api/v1/bots/create_bot`, {
        method: 'POST',
        body,
        headers,
        dispatcher,
      });
      await answer.body.dump();
      if (answer.statusCode !== 201) throw new Error(`create_bot answered ${answer.statusCode}`);
      return performance.now() - startedAt;
    };
    const many = async (count: number) => {
      const latencies: number[] = [];
      let left = count;
      await Promise.all(
        Array.from({ length: IN_FLIGHT }, async () => {
          while (left-- > 0) latencies.push(await order());
        }),
      );
      return latencies;
    };
    await many(500);
    const startedAt = performance.now();
    const latencies = await many(REQUESTS);
    const seconds = (performance.now() - startedAt) / 1000;
    await dispatcher.close();
    return {
      per_second: Math.round(REQUESTS / seconds),
      p50_ms: percentile(latencies, 0.5),
      p99_ms: percentile(latencies, 0.99),
    };
  },
};
