import type { Clock, Log } from '@earshot/kernel';
import type { JoinSpec } from '../domain/bot.ts';
import type { Effect } from '../domain/meeting-run.ts';
import type { Occupancy } from '../domain/occupancy.ts';
import type { RecordingPermission } from '../domain/recording-permission.ts';
import { platforms } from '../platforms/platforms.ts';
import type { MeetingPage } from '../platforms/platform.ts';
import { BotDevices } from './bot-devices.ts';
import { CaptionWatch } from './caption-watch.ts';
import { ChatSender } from './chat-sender.ts';
import type { WorkerEvent } from './ipc.ts';
import type { MediaCollector } from './media-collector.ts';
import { MeetingObserver, type MeetingSnapshot } from './meeting-observer.ts';
import { pageError } from './page-error.ts';
import type { RunControls } from './run-controls.ts';
import type { VideoCollector } from './video-collector.ts';

export interface MeetingEffectsDeps {
  readonly visit: JoinSpec;
  readonly controls: RunControls;
  readonly page: MeetingPage;
  readonly collector: MediaCollector;
  /** Undefined where nobody wants the participants' video. */
  readonly video?: VideoCollector | undefined;
  /** The page's answer, if it comes in time. */
  readonly ask: <T>(question: Promise<T>) => Promise<T>;
  readonly clock: Clock;
  readonly log: Log;
  readonly emit: (event: WorkerEvent) => void;
}

/** Does what a step of the run has decided. */
export class MeetingEffects {
  readonly #deps: MeetingEffectsDeps;
  readonly #observer: MeetingObserver;
  readonly #chatSender: ChatSender;
  readonly #captions: CaptionWatch | undefined;
  readonly #devices: BotDevices;
  #reading: Promise<MeetingSnapshot> | undefined;

  constructor(deps: MeetingEffectsDeps) {
    const { visit, controls, page, collector, video, clock, log, emit } = deps;
    this.#deps = deps;
    this.#chatSender = new ChatSender({ page, greeting: visit.chatMessage, messages: controls.messages, emit, log });
    this.#observer = new MeetingObserver({
      ...{ page, collector, video, clock, log, emit, controls },
      listsEverybody: platforms[visit.platform]?.listsEverybody ?? false,
      botNameParts: visit.leave.botDetection?.nameParts ?? [],
    });
    this.#devices = new BotDevices({ page, controls, clock, log, emit });
    const idOf = (name: string) => this.#observer.idOf(name);
    this.#captions = visit.readsCaptions ? new CaptionWatch({ page, collector, clock, log, idOf }) : undefined;
  }

  /** Who counts of those who are there. */
  get occupancy(): Occupancy {
    return this.#observer.occupancy;
  }

  /** The bot has something to say: its microphone is to be on. */
  pressMicrophone(): void {
    this.#devices.pressMicrophone();
  }

  /** Asks for what `observe` takes: in one turn with the join state it is one trip to the page. */
  startReading(): void {
    this.#reading = this.#observer.read();
    // Its failure is that of `observe`, unless the visit is over.
    this.#reading.catch(() => {});
  }

  /** Answers what `ask-permission` comes to, and nothing for the others. Throws where the page does not answer. */
  async perform(effect: Effect): Promise<RecordingPermission | undefined> {
    const { page, collector, ask, emit } = this.#deps;
    switch (effect.case) {
      case 'report':
        return void emit(effect.event);
      case 'reload':
        return void (await ask(this.open()));
      case 'fill-name':
        return void (await ask(page.fillNameAndKnock()));
      case 'ask-permission':
        return page.recordingPermission ? ask(page.recordingPermission()) : 'not-offered';
      case 'collect':
        collector.begin(effect.since);
        return void emit({ case: 'began', at: effect.since });
      case 'send-chat':
        return void this.#chatSender.look();
      case 'observe': {
        const reading = this.#reading ?? this.#observer.read();
        this.#reading = undefined;
        this.#observer.look(await ask(reading));
        return void (await ask(this.#devices.look()));
      }
      case 'read-captions':
        return void (this.#captions && (await ask(this.#captions.look())));
    }
  }

  /** Resolves when the meeting's page was loaded or has failed. */
  async open(): Promise<void> {
    const { page, log } = this.#deps;
    await page.open().catch((error: unknown) => log.warn('page did not open', { error: pageError(error) }));
  }

  /** Nothing more will be seen. */
  end(): void {
    this.#captions?.end();
  }
}
