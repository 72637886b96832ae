import { TranscriptEvent } from '@earshot/contract/transcriber/v1/events.ts';
import type { Tx } from '@earshot/db';
import { readFact, type ConsumedEvent } from '@earshot/events';
import { isUuid, type BotId } from '@earshot/kernel';
import type { SchedulerDeps } from '../actions/deps.ts';
import type { TranscriptOutcome } from '../domain/bot.ts';
import { finishBot } from '../actions/finish-bot.ts';

/** transcripts.*.*: the transcript is the last thing made of a visit; with it, or without any to make, the bot is done. */
export async function onTranscript(deps: SchedulerDeps, tx: Tx, fact: ConsumedEvent): Promise<void> {
  const event = readFact(TranscriptEvent, fact, deps.log);
  if (!event || !isUuid(event.botId)) return;
  const { botId, occurredAt, fact: said } = event;
  const finish = (transcript?: TranscriptOutcome) =>
    finishBot(deps, tx, { botId: botId as BotId, at: (occurredAt ?? new Date()).getTime(), transcript });
  switch (said?.$case) {
    case 'transcriptReady':
      return finish({ failure: '', missedMs: said.value.missedMs });
    case 'transcriptFailed':
      return finish({ failure: said.value.detail, missedMs: 0 });
    case 'transcriptSkipped':
      return finish();
    default:
      return undefined;
  }
}
