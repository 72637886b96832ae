import { FakeClock, silentLog, type AccountId, type BotId } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import type { WorkerEvent } from '../browser/ipc.ts';
import type { Assignment, Ending, ReportedEvent } from '../domain/bot.ts';
import type { PlaceListener } from '../workers/workers.ts';
import { startBotRun, type BotRun, type BotRunDeps, type VisitEnd } from './bot-run.ts';

const assignment = {
  ref: { botId: 'bot-1' as BotId, epoch: 1 },
  ...{
    accountId: 'account-1' as AccountId,
    imageUrl: '',
    visit: { platform: 'web', meetingUrl: 'https://meet.example/room?pwd=s3cret' },
  },
} as Assignment;

interface Rig {
  readonly run: BotRun;
  readonly clock: FakeClock;
  readonly emit: (event: WorkerEvent) => void;
  readonly loseBrowser: () => void;
  /** The media-streamer has all of the recording. */
  readonly finish: () => void;
}

/** Everything a run does: with its place, its ingest stream, its reports; `out` and `settled` when those resolve. */
function rig(given = assignment): Rig & { readonly done: string[]; readonly end: () => VisitEnd | undefined } {
  const clock = new FakeClock();
  const done: string[] = [];
  const finished = Promise.withResolvers<boolean>();
  let listener: PlaceListener | undefined;
  let visitEnd: VisitEnd | undefined;
  const note = (what: string) => void done.push(what);
  const deps = {
    workers: {
      place(_key: string, _visit: unknown, given: PlaceListener) {
        listener = given;
        return {
          leave: (reason: string) => note(`place.leave ${reason}`),
          revoke: () => note('place.revoke'),
          setPaused: (isPaused: boolean) => note(`place.setPaused ${isPaused}`),
          sendChat: ({ text }: { text: string }) => note(`place.sendChat ${text}`),
          recording: () => note('place.recording'),
        };
      },
    },
    openIngest(_assignment: Assignment, { onRecording }: { onRecording: () => void }) {
      note('ingest.open');
      onRecording();
      return {
        push: () => note('ingest.push'),
        finish: (clockMs: number) => (note(`ingest.finish ${clockMs}`), finished.promise),
        revoke: async (graceMs?: number) => {
          note(`ingest.revoke ${graceMs ?? 0}`);
          finished.resolve(false);
        },
      };
    },
    keepDebugArtifact: async () => note('artifact kept'),
    metrics: { ended: () => {}, count: () => note('counted'), spoke: () => {}, ranDry: () => {} },
    report: (event: ReportedEvent) =>
      note(`report ${event.seen}${event.seen === 'recording-paused' ? ` ${event.isPaused}` : ''}`),
    ...{ clock, log: silentLog },
  } as unknown as BotRunDeps;
  const run = startBotRun(deps, given);
  void run.ended.then((end) => {
    visitEnd = end;
    note(
      `out: ${end.ending.reason}${end.ending.retryable ? ', again' : ''}${end.isRecordingPending ? ', pending' : ''}`,
    );
  });
  void run.settled.then(() => note('settled'));
  return {
    ...{ run, clock, done },
    emit: (event) => listener?.onEvent(event),
    loseBrowser: () => listener?.onLost(),
    finish: () => finished.resolve(true),
    end: () => visitEnd,
  };
}

const began: WorkerEvent = { case: 'began', at: 0 };
const batch = { case: 'batch', batch: {} } as WorkerEvent;
const endedBy = (reason: Ending['reason'], retryable = false): WorkerEvent => ({
  ...{ case: 'ended', ending: { reason, detail: '', retryable }, clockMs: 7000 },
});
const recording = ['ingest.open', 'report recording-started', 'place.recording'];
type Act = (given: Rig) => unknown;
const emits =
  (...events: readonly WorkerEvent[]): Act =>
  ({ emit }) =>
    events.forEach(emit);
const stops: Act = ({ run }) => run.leave('stop-ordered');
const isHandedOver: Act = ({ run }) => run.handOver();
const isRevoked: Act = ({ run }) => run.revoke();
const isLost: Act = ({ loseBrowser }) => loseBrowser();
const isFinished: Act = ({ finish }) => finish();
const waits: Act = ({ clock }) => clock.advance(10_000);

describe('startBotRun', () => {
  it.each<[string, Act[], string[]]>([
    [
      'ends by itself, and settles when its recording is finished',
      [emits(began, batch), emits(endedBy('everyone-left')), isFinished],
      [...recording, 'ingest.push', 'ingest.finish 7000', 'out: everyone-left, pending', 'settled'],
    ],
    [
      'ends before it began',
      [emits({ case: 'knocked' }), emits(endedBy('denied'))],
      ['report knocked', 'out: denied', 'settled'],
    ],
    [
      'reports its end when its debug artifact is kept',
      [emits({ case: 'debugArtifact', debugArtifact: {} } as WorkerEvent, endedBy('denied'))],
      ['artifact kept', 'out: denied', 'settled'],
    ],
    [
      'is handed over while recording: what is left is sent, and nothing is finished',
      [emits(began), isHandedOver, emits(endedBy('worker-lost', true))],
      [...recording, 'place.leave worker-lost', 'ingest.revoke 3000', 'out: worker-lost, again', 'settled'],
    ],
    [
      'is handed over before it began',
      [isHandedOver, emits(endedBy('meeting-ended'))],
      ['place.leave worker-lost', 'out: worker-lost, again', 'settled'],
    ],
    [
      'is handed over on its way out',
      [emits(began), stops, isHandedOver, emits(endedBy('stop-ordered'))],
      [...recording, 'place.leave stop-ordered', 'ingest.revoke 3000', 'out: worker-lost, again', 'settled'],
    ],
    [
      'is commanded to leave twice, and leaves once',
      [stops, stops, emits({ case: 'leaving', reason: 'stop-ordered' }, endedBy('stop-ordered'))],
      ['place.leave stop-ordered', 'report leaving', 'out: stop-ordered', 'settled'],
    ],
    [
      'begins on its way out, and is recorded',
      [stops, emits(began, batch, endedBy('stop-ordered')), isFinished],
      [
        ...['place.leave stop-ordered', ...recording, 'ingest.push', 'ingest.finish 7000'],
        ...['out: stop-ordered, pending', 'settled'],
      ],
    ],
    [
      'is revoked while recording',
      [emits(began), isRevoked, emits(batch, endedBy('stop-ordered'))],
      [...recording, 'place.revoke', 'ingest.revoke 0', 'out: worker-lost, again', 'settled'],
    ],
    [
      'is revoked on its way out',
      [emits(began), stops, isRevoked, waits],
      [
        ...recording,
        'place.leave stop-ordered',
        'place.revoke',
        'ingest.revoke 0',
        'out: worker-lost, again',
        'settled',
      ],
    ],
    [
      'begins no recording once it is revoked',
      [isRevoked, emits(began, batch)],
      ['place.revoke', 'out: worker-lost, again', 'settled'],
    ],
    [
      'is revoked while its recording is being finished',
      [emits(began), emits(endedBy('everyone-left')), isRevoked],
      [
        ...[...recording, 'ingest.finish 7000', 'out: everyone-left, pending'],
        ...['place.revoke', 'ingest.revoke 0', 'settled'],
      ],
    ],
    [
      'is lost with its browser, to be tried again',
      [emits(began), isLost],
      [...recording, 'ingest.revoke 3000', 'out: worker-lost, again', 'settled'],
    ],
    [
      'is out when its browser is lost on the way out',
      [emits(began), stops, isLost, isFinished],
      [...recording, 'place.leave stop-ordered', 'ingest.finish 0', 'out: stop-ordered, pending', 'settled'],
    ],
    [
      'goes on elsewhere when its browser is lost while it is handed over',
      [isHandedOver, isLost],
      ['place.leave worker-lost', 'out: worker-lost, again', 'settled'],
    ],
    [
      'is out after ten seconds of a browser that does not obey, whatever that still sends',
      [stops, waits, emits(began, batch, { case: 'counted' } as WorkerEvent, endedBy('everyone-left')), isLost],
      ['place.leave stop-ordered', 'place.revoke', 'out: stop-ordered', 'settled', 'counted'],
    ],
    [
      'is left alone by a browser that obeys within ten seconds',
      [stops, emits(endedBy('stop-ordered')), waits, stops],
      ['place.leave stop-ordered', 'out: stop-ordered', 'settled'],
    ],
    [
      'reports each pause, and each end of one, once the browser says so',
      [
        emits(began),
        ({ run }) => run.setPaused(true),
        emits({ case: 'recording-paused', isPaused: true, at: 1 }),
        emits(
          { case: 'recording-paused', isPaused: true, at: 1 },
          { case: 'recording-paused', isPaused: false, at: 2 },
        ),
      ],
      [
        ...[...recording.slice(0, 2), 'place.recording', 'place.setPaused true', 'report recording-paused true'],
        ...['report recording-paused true', 'report recording-paused false'],
      ],
    ],
    [
      'reports a pause from before the recording when that begins',
      [emits({ case: 'recording-paused', isPaused: true, at: 1 }), emits(began)],
      ['ingest.open', 'report recording-started', 'report recording-paused true', 'place.recording'],
    ],
    [
      'sends a message once',
      [({ run }) => [1, 2].forEach(() => run.sendChat({ messageId: 'a', text: 'hello' }))],
      ['place.sendChat hello'],
    ],
  ])('%s', async (_, acts, expected) => {
    const given = rig();
    for (const act of acts) {
      await act(given);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(given.done).toEqual(expected);
  });

  it('reports that it goes on with a recording that was paused', async () => {
    const given = rig({ ...assignment, visit: { ...assignment.visit, beginsPaused: true } });
    given.emit(began);
    expect(given.done.slice(1, 3)).toEqual(['report recording-started', 'report recording-paused true']);
  });

  it('reports when it was out, and nothing of what opens the meeting', async () => {
    const { clock, emit, run } = rig();
    const at = clock.now();
    emit({ case: 'ended', ending: { reason: 'join-failed', detail: 'no room s3cret', retryable: false }, clockMs: 0 });
    await clock.advance(5000);
    const ending = { reason: 'join-failed', detail: 'no room [removed]', retryable: false };
    expect(await run.ended).toEqual({ at, ending, isRecordingPending: false });
  });
});
