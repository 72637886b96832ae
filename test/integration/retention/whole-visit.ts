import { AttendanceServiceService } from '@earshot/contract/scheduler/v1/attendance.ts';
import { Artifact, MediaServiceService, type Caption } from '@earshot/contract/media/v1/media.ts';
import { silentLog, type ServiceIdentity } from '@earshot/kernel';
import { createJoinerIdentity, createRpcClient } from '@earshot/rpc';
import { systemClock } from '@earshot/service';
import type { Assignment, Seat, Sighting } from '../../../services/joiner/src/domain/bot.ts';
import { Outbox } from '../../../services/joiner/src/domain/outbox.ts';
import { AssignmentTokens } from '../../../services/joiner/src/rpc/assignment-tokens.ts';
import { openAttendance } from '../../../services/joiner/src/rpc/attendance.ts';
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
  const client = createRpcClient(AttendanceServiceService, scheduler, identity);
  const media = createRpcClient(MediaServiceService, mediaAddress, identity);
  const outbox = new Outbox();
  const tokens = new AssignmentTokens();
  const visited = Promise.withResolvers<void>();
  let held: Seat | undefined;
  const see = (seat: Seat, ...seen: readonly Sighting[]) => {
    for (const sighting of seen) outbox.add(seat, sighting, systemClock.now());
    attendance.tell();
  };

  async function visit(assignment: Assignment): Promise<void> {
    const { seat } = assignment;
    const assignmentToken = tokens.of(seat);
    await media.keepDebugArtifact({
      ...{ botId: seat.botId, attempt: 1, artifact: Artifact.PAGE, takenAt: new Date(), reason: 'denied' },
      ...{ content: Buffer.from(words.page), assignmentToken },
    });
    see(seat, { seen: 'knocked' }, { seen: 'entered' }, { seen: 'recording-started' });
    const stream = new Stream(media, {
      ...{ botId: seat.botId, accountId: assignment.accountId, epoch: seat.epoch, startedAt: new Date() },
      ...{ liveAudioSocketUrl: assignment.liveAudioSocketUrl, speechEngine: 'meeting_captions' },
      ...{ speechOptionsJson: '{}', transcriptId: assignment.transcriptId, assignmentToken },
    });
    await stream.resumed;
    const batches = batchesOf(framesOf('t1', packetsOf('glide')), END_MS);
    const at = (sequence: number) => {
      const batch = batches[sequence - 1];
      if (!batch) throw new Error('the visit is shorter');
      return batch;
    };
    at(2).participants = [joined('p1', words.name, { trackIds: ['t1'] })];
    at(20).chat = [{ messageId: 'm1', senderName: words.name, senderId: '', text: words.chat, atMs: 400 }];
    at(30).captionsShown = true;
    at(60).captions = [captionOf(words)];
    stream.send(batches);
    stream.finish(END_MS);
    await stream.ended;
    see(
      seat,
      { seen: 'leaving', reason: 'everyone-left' },
      { seen: 'ended', reason: 'everyone-left', detail: 'everyone left', retryable: false, isRecordingPending: false },
    );
  }

  const attendance = openAttendance({
    client,
    identity: createJoinerIdentity(),
    tokens,
    outbox,
    clock: systemClock,
    log: silentLog,
    report: () => ({ freeSeats: held ? 0 : 1, seats: held ? [held] : [] }),
    heed(order) {
      if (order.kind !== 'assign' || held) return;
      held = order.assignment.seat;
      visit(order.assignment).then(visited.resolve, visited.reject);
    },
    forgotten() {},
  });
  return {
    visited: visited.promise,
    async [Symbol.asyncDispose]() {
      await attendance[Symbol.asyncDispose]();
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
