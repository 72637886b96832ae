import { mapConcurrent } from '@earshot/kernel';
import type { Screen } from '@earshot/demo';
import { createChance, type Chance } from './chance.ts';
import { asLast } from './framing.ts';
import { againOf, faultOf } from './judge.ts';
import { makeRequest, type Sent } from './request.ts';
import { exchange } from './wire.ts';
import type { FuzzStage, Weight } from './world.ts';

/** Connections at a time. */
const CONCURRENCY = 16;
/** How often it is weighed: in the first half all that is made once is made. */
const PARTS = 4;
/** What a process may weigh after the requests, against what it weighed after half of them. */
const MOST_GROWTH = 1.25;

/** Plays requests made by chance against a whole product. Answers what was checked; what is wrong is shown. */
export async function playFuzz(
  { stack, world, weigh }: FuzzStage,
  { seed, requests, screen }: { seed: number; requests: number; screen: Screen },
): Promise<{ check: string; passed: boolean }[]> {
  screen.line(`${requests} requests by chance, seed ${seed}`);
  const { gateway: port } = stack.ports;
  const chance = createChance(seed);
  const counted = new Map<number, number>();
  const faults: string[] = [];
  const pids = () => Array.from(stack.processes.values(), ({ name, pid }) => `${name} ${pid}`).join();
  const before = pids();

  const talk = async (sent: readonly Sent[]) => {
    const fail = (what: string) => faults.push(`${what.slice(0, 500)}\n    ${againOf(sent, stack.url).slice(0, 3000)}`);
    try {
      const { answers, hasHungUp } = await exchange(port, sent);
      for (const [at, one] of sent.entries()) {
        const answer = answers[at];
        if (!answer) {
          // One that was answered with the end of the connection ends it for those behind it; so does who hangs up.
          if (answers.at(-1)?.headers.get('connection') !== 'close' && !hasHungUp)
            fail(`no answer to ${one.method} ${one.target}`);
          break;
        }
        counted.set(answer.status, (counted.get(answer.status) ?? 0) + 1);
        const fault = faultOf(one, answer);
        if (fault) fail(`${one.method} ${one.target}: ${fault}`);
      }
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  };
  const play = (count: number) =>
    mapConcurrent(connections(chance, { world, count }), { concurrency: CONCURRENCY }, talk);

  const weights: Weight[] = [];
  for (let part = 0; part < PARTS; part += 1) {
    await play(Math.ceil(requests / PARTS));
    weights.push(await weigh());
  }

  for (const fault of faults.slice(0, 20)) screen.line(fault, 'red');
  const statuses = [...counted].toSorted(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  screen.line(`answers by status: ${statuses.join(', ')}`);
  const [half, whole] = [weights[PARTS / 2 - 1]!, weights.at(-1)!];
  const growth = { rss: whole.rss / half.rss, heap: whole.heapUsed / half.heapUsed };
  screen.line(
    `MB held: ${weights.map(({ rss, heapUsed }) => `${Math.round(rss / 2 ** 20)} (heap ${Math.round(heapUsed / 2 ** 20)})`).join(', ')}`,
  );
  return [
    {
      check: `${faults.length} of ${requests} requests were answered by a 5xx, or in another shape than the documented one`,
      passed: faults.length === 0,
    },
    { check: `every process is the one that it was (${stack.processes.size})`, passed: pids() === before },
    {
      check: `the gateway weighs ${growth.rss.toFixed(2)} times what it weighed after half of them (heap ${growth.heap.toFixed(2)})`,
      passed: growth.rss < MOST_GROWTH && growth.heap < MOST_GROWTH,
    },
  ];
}

/** Requests as they share connections: one, or a few one behind the other, of which only the last may be no HTTP. */
function* connections(
  chance: Chance,
  { world, count }: { world: FuzzStage['world']; count: number },
): Generator<Sent[]> {
  for (let made = 0; made < count;) {
    const together: Sent[] = [];
    do {
      together.push(makeRequest(chance, world));
      made += 1;
    } while (made < count && together.at(-1)?.isWhole && chance.isOnceIn(4));
    yield together.with(-1, asLast(together.at(-1)!));
  }
}
