import { TranscriptEvent } from '@earshot/contract/transcriber/v1/events.ts';
import type { Tx } from '@earshot/db';
import { readFact, type ConsumedEvent } from '@earshot/events';
import { isUuid, type BotId } from '@earshot/kernel';
import type { SchedulerDeps } from '../actions/deps.ts';
import type { Outcomes } from '../domain/bot.ts';
import { finishBot } from '../actions/finish-bot.ts';

/** transcripts.*.*: the transcript is settled, with it or without any to make. */
export async function onTranscript(deps: SchedulerDeps, tx: Tx, fact: ConsumedEvent): Promise<void> {
  const event = readFact(TranscriptEvent, fact, deps.log);
  if (!event || !isUuid(event.botId)) return;
  const { botId, occurredAt, fact: said } = event;
  const finish = (transcript: Outcomes['transcript'] & {}) =>
    finishBot(deps, tx, { botId: botId as BotId, at: (occurredAt ?? new Date()).getTime(), settled: { transcript } });
  switch (said?.$case) {
    case 'transcriptReady':
      return finish({ failure: '', missedMs: said.value.missedMs });
    case 'transcriptFailed':
      return finish({ failure: said.value.detail, missedMs: 0 });
    case 'transcriptSkipped':
      return finish('skipped');
    default:
      return undefined;
  }
}
