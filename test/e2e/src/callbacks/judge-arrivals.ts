import { Webhook } from 'standardwebhooks';
import type { ReceivedCallback } from './outage-receiver.ts';

/** What a customer hears of a bot that got in, heard nothing, and whose data was deleted; version 2026-06. */
const story = [
  'bot.joining',
  'bot.in_waiting_room',
  'bot.inmeeting',
  'bot.recording',
  'bot.leaving',
  'bot.stopped',
  'audio.failed',
  'transcription.skipped',
  'bot.done',
  'data_deletion',
].join();

/** Whether every bot's story arrived whole, in order, and nothing came twice with another body. */
export function judgeArrivals(
  arrivals: ReadonlyMap<string, readonly ReceivedCallback[]>,
  { bots, secret }: { bots: number; secret: string },
) {
  const bodies = new Map<string, string>();
  const changed = new Set<string>();
  const unsigned = new Set<string>();
  const verifier = new Webhook(secret);
  let repeated = 0;
  const wrong: string[] = [];
  for (let bot = 0; bot < bots; bot += 1) {
    const told: string[] = [];
    for (const { id, body, headers } of arrivals.get(`/${bot}`) ?? []) {
      const at = new Date(Number(headers['webhook-timestamp']) * 1000);
      if (verifier.sign(id, at, body) !== headers['webhook-signature']) unsigned.add(id);
      const before = bodies.get(id);
      bodies.set(id, body);
      const { event, status } = JSON.parse(body);
      // A deletion that found somebody killed is told, and told again when it is done.
      if (before === undefined && status !== 'failed') told.push(event);
      if (before === undefined) continue;
      if (before === body) repeated += 1;
      else changed.add(id);
    }
    if (told.join() !== story) wrong.push(`bot ${bot}: ${told.join(', ')}`);
  }
  return {
    isComplete: wrong.length === 0,
    checks: [
      {
        check: `each of ${bots} bots told its whole story in order${wrong.length === 0 ? '' : `, but for ${wrong.length}: ${wrong[0]}`}`,
        passed: wrong.length === 0,
      },
      {
        check: `${bodies.size} callbacks, ${repeated} of them repeated with the same body`,
        passed: changed.size === 0,
      },
      { check: 'an independent library agrees with every signature', passed: bodies.size > 0 && unsigned.size === 0 },
    ],
  };
}
