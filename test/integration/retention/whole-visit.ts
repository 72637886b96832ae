import { TranscriptionWay } from '@earshot/contract/common/v1/transcription.ts';
import type { Caption } from '@earshot/contract/common/v1/speech.ts';
import { JoinerControlServiceService } from '@earshot/contract/scheduler/v1/joiner_control.ts';
import { Artifact, MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { audioOnly, silentLog, type ServiceIdentity, type AssignmentRef } from '@earshot/kernel';
import { createJoinerIdentity, createRpcClient, toMediaPlanMessage } from '@earshot/rpc';
import { systemClock } from '@earshot/service';
import type { Assignment, ReportedEvent } from '../../../services/joiner/src/domain/bot.ts';
import { UnackedReports } from '../../../services/joiner/src/domain/unacked-reports.ts';
import { AssignmentTokens } from '../../../services/joiner/src/rpc/assignment-tokens.ts';
import { openControlStream } from '../../../services/joiner/src/rpc/control-stream.ts';
import { batchesOf, framesOf, joined, Stream } from '../media-streamer/joiner.ts';
import { packetsOf } from '../media-streamer/sound.ts';

const END_MS = 3000;

export interface VisitWords {
  readonly name: string;
  readonly chat: string;
  readonly caption: string;
  /** Of the page on which a first try came to nothing. */
  readonly page: string;
}

/** A joiner without browsers, in whose meetings somebody speaks, writes and is shown by captions. Takes one bot. */
export function openTalkingJoiner(
  { scheduler, media: mediaAddress, identity }: { scheduler: string; media: string; identity: ServiceIdentity },
  words: VisitWords,
): AsyncDisposable & { readonly visited: Promise<void> } {
  const client = createRpcClient(JoinerControlServiceService, scheduler, identity);
  const media = createRpcClient(MediaServiceService, mediaAddress, identity);
  const unackedReports = new UnackedReports();
  const tokens = new AssignmentTokens();
  const visited = Promise.withResolvers<void>();
  let held: AssignmentRef | undefined;
  const see = (ref: AssignmentRef, ...seen: readonly ReportedEvent[]) => {
    for (const event of seen) unackedReports.add(ref, event, systemClock.now());
    control.flush();
  };

  async function visit(assignment: Assignment): Promise<void> {
    const { ref } = assignment;
    const assignmentToken = tokens.of(ref);
    await media.keepDebugArtifact({
      ...{ botId: ref.botId, attempt: 1, artifact: Artifact.PAGE, takenAt: new Date(), reason: 'denied' },
      ...{ content: Buffer.from(words.page), assignmentToken },
    });
    see(ref, { seen: 'knocked' }, { seen: 'entered' }, { seen: 'recording-started' });
    const stream = new Stream(media, {
      ...{ botId: ref.botId, accountId: assignment.accountId, epoch: ref.epoch, startedAt: new Date() },
      ...{ liveAudioSocketUrl: assignment.liveAudioSocketUrl, video: false, botName: 'Earshot' },
      // Names and words are in facts as well.
      media: toMediaPlanMessage({ ...audioOnly, speechEvents: true, chatEvents: true }),
      speech: { engine: 'meeting_captions', optionsJson: '{}', way: TranscriptionWay.CAPTIONS },
      ...{ transcriptId: assignment.transcriptId, assignmentToken },
    });
    await stream.resumed;
    const batches = batchesOf(framesOf('t1', packetsOf('glide')), END_MS);
    const at = (sequence: number) => {
      const batch = batches[sequence - 1];
      if (!batch) throw new Error('the visit is shorter');
      return batch;
    };
    at(2).participants = [joined('p1', words.name, { trackIds: ['t1'] })];
    at(20).chat = [{ messageId: 'm1', senderName: words.name, senderId: '', own: false, text: words.chat, atMs: 400 }];
    at(30).captionsShown = true;
    at(60).captions = [captionOf(words)];
    stream.send(batches);
    stream.finish(END_MS);
    await stream.ended;
    see(
      ref,
      { seen: 'leaving', reason: 'everyone-left' },
      { seen: 'ended', reason: 'everyone-left', detail: 'everyone left', retryable: false, isRecordingPending: false },
    );
  }

  const control = openControlStream({
    client,
    identity: createJoinerIdentity(),
    rpcAddress: '',
    tokens,
    unackedReports,
    clock: systemClock,
    log: silentLog,
    holdings: () => ({ freeSlots: held ? 0 : 1, refs: held ? [held] : [] }),
    handleCommand(command) {
      if (command.kind !== 'assign' || held) return;
      held = command.assignment.ref;
      visit(command.assignment).then(visited.resolve, visited.reject);
    },
    forgotten() {},
  });
  return {
    visited: visited.promise,
    async [Symbol.asyncDispose]() {
      await control[Symbol.asyncDispose]();
      await client[Symbol.asyncDispose]();
      await media[Symbol.asyncDispose]();
    },
  };
}

function captionOf({ name, caption }: VisitWords): Caption {
  return {
    ...{ trackId: 'captions-p1', participantId: 'p1', speakerName: name, text: caption },
    ...{ startMs: 900, endMs: 1400, final: true },
  };
}
