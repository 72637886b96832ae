import { randomUUID } from 'node:crypto';
import { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { expect, it } from 'vitest';
import { openGateway } from './open-gateway.ts';

const botId = randomUUID();

it.each([
  [`/bots/${botId}/remove_bot`, 404],
  [`/bots/${botId}/delete_data`, 404],
  [`/bots/${botId}/status`, 200],
  ['/provider_keys', 200],
])('answers HEAD %s with %i, and does nothing', async (path, status) => {
  const done: string[] = [];
  const acts = (name: string) => async () => (done.push(name), Bot.fromPartial({ botId }));
  await using gateway = await openGateway({
    scheduler: { stopBot: acts('stop'), getBot: async () => Bot.fromPartial({ botId }) },
    retention: { eraseNow: acts('erase') },
    providerKeys: { listProviderKeys: async () => ({ keys: [] }) },
  });
  const answer = await gateway.ask(`/api/v1${path}`, { method: 'HEAD' });
  expect([answer.status, done]).toEqual([status, []]);
});
