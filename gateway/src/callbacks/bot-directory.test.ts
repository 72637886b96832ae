import { Bot, BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { AppError } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { createBotDirectory } from './bot-directory.ts';

/** A scheduler whose bots have attributes of so many bytes, and one that knows what it was asked. */
function setUp({ attributeBytes = 10 } = {}) {
  const asked: string[] = [];
  const directory = createBotDirectory({
    async findBot({ botId = '' }) {
      asked.push(botId);
      if (botId === 'nobody') throw new AppError('not-found', 'no such bot');
      const attributesJson = JSON.stringify({ text: 'x'.repeat(attributeBytes) });
      const timeline = botId.startsWith('early') ? [] : [{ state: BotState.RECORDING, at: new Date(0) }];
      return Bot.fromPartial({
        botId,
        enteredAt: new Date(0),
        timeline,
        spec: { attributesJson, requestJson: 'y'.repeat(100_000) },
      });
    },
  });
  return { directory, asked };
}

it('asks once for a bot that records, and again for one that does not yet', async () => {
  const { directory, asked } = setUp();
  for (const botId of ['in', 'in', 'early', 'early', 'nobody']) await directory.find(botId);
  expect(asked).toEqual(['in', 'early', 'early', 'nobody']);
});

it('keeps no request, and no more bytes than it may', async () => {
  const { directory, asked } = setUp({ attributeBytes: 1024 * 1024 });
  expect((await directory.find('bot0'))?.spec?.requestJson).toBe('');
  for (let at = 1; at < 100; at += 1) await directory.find(`bot${at}`);
  expect(directory.bytes).toBeLessThanOrEqual(32 * 1024 * 1024);
  expect(directory.bytes).toBeGreaterThan(30 * 1024 * 1024);
  // Those that came last are known.
  await directory.find('bot99');
  expect(asked).toHaveLength(100);
});
