import { nextState, type BotId } from '@earshot/kernel';
import { durationMsOf } from '../domain/recording.ts';
import { recordingTransitions } from '../domain/recording-state.ts';
import type { MediaDeps } from './deps.ts';

/** No more audio will come, and nobody speaks any more. `durableSamples` when more is stored than was noted. Idempotent. */
export async function closeRecording(
  {
    database,
    recordings,
    speeches,
    outbox,
    clock,
    wake,
  }: Pick<MediaDeps, 'database' | 'recordings' | 'speeches' | 'outbox' | 'clock' | 'wake'>,
  { botId, durableSamples = 0 }: { botId: BotId; durableSamples?: number },
): Promise<void> {
  await database.transaction(async (tx) => {
    const recording = await recordings.lock(tx, botId);
    if (recording?.state !== 'recording') return;
    const state = nextState(recordingTransitions, recording.state, 'close');
    // What was not stored by then is missing, also where the process that held it is gone.
    const samples = Math.max(recording.durableSamples, durableSamples, recording.endSamples ?? 0);
    const closed = { ...recording, state, durableSamples: samples };
    await recordings.save(tx, closed, { now: clock.now() });
    // Of a process that is gone; one that ends the visit has published them.
    const open = (await speeches.list(botId, tx)).filter(({ offMs }) => offMs === undefined);
    const ended = open.map((speech) => ({ ...speech, offMs: Math.max(speech.onMs, durationMsOf(closed)) }));
    await speeches.save(tx, botId, ended);
    await outbox.append(
      tx,
      ended.map(({ participantId, name, offMs: atMs }) => ({
        ...{ kind: 'speech-off' as const, botId, at: recording.startedAt + atMs, participantId, name, atMs },
      })),
    );
  });
  wake();
}
