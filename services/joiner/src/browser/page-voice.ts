import { SECOND, type Clock } from '@earshot/kernel';
import { VOICE_RATE, type MicrophoneState } from '../domain/bot-voice.ts';
import type { SoundedVoice } from '../domain/own-voice.ts';
import { encodeDeviceMessage, type VoiceReport } from '../page-protocol/voice-layout.ts';
import type { WorkerEvent } from './ipc.ts';
import type { PageSocketLink } from './page-sockets.ts';
import type { RunControls } from './run-controls.ts';

/** For the platform's button to be pressed, and for a document to take a microphone. */
const PATIENCE_MS = 3 * SECOND;
/** A polite guest is muted when it has not spoken for so long. */
const MUTE_MS = 15 * SECOND;
/** A page that plays reports some twenty times a second. */
const MAX_REPORTS_PER_SECOND = 200;
/** What waits and what was sent: whoever sends it goes by what has sounded, and has far less under way. */
const MAX_SAMPLES = 4 * VOICE_RATE;

export interface PageVoiceDeps {
  readonly controls: Pick<RunControls, 'wantsMicrophone' | 'pressMicrophone'>;
  readonly clock: Clock;
  readonly emit: (event: WorkerEvent) => void;
  /** Gets what has sounded, as far as it was ours: a page says how much, not what. */
  readonly onSounded: (voice: SoundedVoice) => void;
}

/** A document that has connected. */
interface Device {
  readonly link: PageSocketLink;
  report: VoiceReport | undefined;
  /** In which order documents took their last microphone; zero before. */
  takenAt: number;
  /** How far its clock is behind ours, by the report that came soonest, milliseconds. */
  offsetMs: number;
}

const isAudible = (state: MicrophoneState | undefined) => state === 'on' || state === 'unknown';
const isRefused = (state: MicrophoneState) => state === 'muted-by-host' || state === 'forbidden';

/** Has a page say what comes, by the document whose microphone is in use, once the platform's button lets it be heard. */
export class PageVoice {
  readonly #deps: PageVoiceDeps;
  readonly #devices = new Map<PageSocketLink, Device>();
  #takes = 0;
  /** The one that speaks. */
  #current: Device | undefined;
  /** Samples that did not sound yet, and how many of them were sent to the one that speaks. */
  #pcm = new Int16Array();
  #sent = 0;
  /** What was sent before a stop that is not answered. */
  #stopping: Int16Array | undefined;
  #stop = 0;
  #isRefusing = false;
  #microphone: MicrophoneState | undefined;
  #sounded = 0;
  #underruns = 0;
  #budget = { second: 0, reports: 0 };
  #patience: AbortController | undefined;
  #muting: AbortController | undefined;

  constructor(deps: PageVoiceDeps) {
    this.#deps = deps;
  }

  say(pcm: Int16Array): void {
    if (this.#isRefusing || this.#pcm.length + pcm.length > MAX_SAMPLES) return;
    const isFirst = this.#pcm.length === 0;
    this.#pcm = joined(this.#pcm, pcm);
    if (isFirst) this.#want();
    this.#send();
  }

  stop(number: number): void {
    this.#isRefusing = false;
    this.#stop = number;
    const sent = this.#pcm.subarray(0, this.#sent);
    if (this.#sent > 0 || this.#stopping) this.#stopping = joined(this.#stopping ?? new Int16Array(), sent);
    this.#pcm = new Int16Array();
    this.#sent = 0;
    this.#calm();
    if (this.#current && this.#stopping) this.#tellStop(this.#current);
    else this.#report(this.#deps.clock.now());
    this.#rest();
  }

  /** What the platform's button says. */
  hasMicrophone(state: MicrophoneState): void {
    this.#microphone = state;
    if (this.#pcm.length === 0) return;
    if (isRefused(state)) this.#refuse('muted');
    else this.#send();
  }

  onOpen(link: PageSocketLink): void {
    this.#devices.set(link, { link, report: undefined, takenAt: 0, offsetMs: Infinity });
  }

  onClosed(link: PageSocketLink): void {
    const device = this.#devices.get(link);
    this.#devices.delete(link);
    if (device && device === this.#current) this.#leave();
  }

  onReport(report: VoiceReport, link: PageSocketLink): void {
    const device = this.#devices.get(link);
    if (!device || !this.#isWithinBudget()) return;
    const { clock } = this.#deps;
    const before = device.report;
    device.report = report;
    if (report.microphones > (before?.microphones ?? 0)) device.takenAt = ++this.#takes;
    device.offsetMs = Math.min(device.offsetMs, clock.now() - report.at);
    if (device !== this.#current) return this.#send();
    const at = Math.min(report.at + device.offsetMs, clock.now());
    this.#advance(report, { at, added: Math.max(0, report.sounded - (before?.sounded ?? 0)) });
    const isDry = !report.isPlaying && before?.isPlaying === true;
    if (isDry && this.#pcm.length > 0 && !this.#isRefusing) this.#underruns += 1;
    this.#report(at);
    // Its page has stopped all that it took; another document may have taken one.
    if (report.microphones === 0 && !report.isPlaying) this.#leave();
    if (this.#pcm.length === 0 && !report.isPlaying) this.#rest();
  }

  /** Nothing is said any more. */
  end(): void {
    this.#calm();
    this.#muting?.abort();
  }

  /** What a page reports beyond this is as if it had not. */
  #isWithinBudget(): boolean {
    const second = Math.floor(this.#deps.clock.now() / SECOND);
    if (this.#budget.second !== second) this.#budget = { second, reports: 0 };
    this.#budget.reports += 1;
    return this.#budget.reports <= MAX_REPORTS_PER_SECOND;
  }

  /** Moves on by what has sounded: of what was stopped first, up to the answer to that. */
  #advance({ stop, isPlaying }: VoiceReport, { at, added }: { at: number; added: number }): void {
    const isAnswered = this.#stopping !== undefined && stop >= this.#stop;
    const all = this.#stopping ?? this.#pcm.subarray(0, this.#sent);
    const pcm = all.subarray(0, added);
    if (this.#stopping) this.#stopping = isAnswered ? undefined : all.subarray(pcm.length);
    else {
      this.#pcm = this.#pcm.subarray(pcm.length);
      this.#sent -= pcm.length;
    }
    this.#sounded += pcm.length;
    this.#deps.onSounded({ pcm, at, isEnd: !isPlaying || isAnswered });
  }

  #want(): void {
    const { controls } = this.#deps;
    this.#muting?.abort();
    this.#muting = undefined;
    // Whoever took a microphone since is the one that is in use.
    if (!this.#stopping) this.#current = undefined;
    if (controls.wantsMicrophone && isAudible(this.#microphone)) return;
    if (!controls.wantsMicrophone) this.#microphone = undefined;
    controls.wantsMicrophone = true;
    if (controls.pressMicrophone) controls.pressMicrophone();
    else this.#microphone = 'unknown';
  }

  /** Sends what can be; else it waits, and not for long. */
  #send(): void {
    if (this.#isRefusing || this.#sent === this.#pcm.length) return;
    const device = isAudible(this.#microphone) ? (this.#current ?? this.#inUse()) : undefined;
    if (!device) return this.#wait();
    this.#calm();
    this.#current = device;
    device.link.send(encodeDeviceMessage({ kind: 'pcm', stop: this.#stop, pcm: this.#pcm.subarray(this.#sent) }));
    this.#sent = this.#pcm.length;
  }

  #inUse(): Device | undefined {
    const able = [...this.#devices.values()].filter(({ report }) => (report?.microphones ?? 0) > 0);
    return able.sort((a, b) => b.takenAt - a.takenAt)[0];
  }

  /** The document that speaks does no more: what it had, and did not play, is another's. */
  #leave(): void {
    this.#current = undefined;
    this.#sent = 0;
    if (this.#stopping) {
      this.#stopping = undefined;
      this.#report(this.#deps.clock.now());
    }
    this.#send();
  }

  #wait(): void {
    if (this.#patience) return;
    const patience = new AbortController();
    this.#patience = patience;
    this.#deps.clock.sleep(PATIENCE_MS, patience.signal).then(
      () => {
        this.#patience = undefined;
        // Nobody says what the button does: then it may as well be on.
        this.#microphone ??= 'unknown';
        this.#send();
        if (this.#patience) this.#refuse(isAudible(this.#microphone) ? 'unavailable' : 'muted');
      },
      () => {},
    );
  }

  #calm(): void {
    this.#patience?.abort();
    this.#patience = undefined;
  }

  #refuse(outcome: 'muted' | 'unavailable'): void {
    this.#calm();
    this.#isRefusing = true;
    this.#pcm = this.#pcm.subarray(0, this.#sent);
    if (this.#current) this.#tellStop(this.#current);
    this.#deps.emit({ case: 'voice-refused', stop: this.#stop, outcome });
  }

  #tellStop({ link }: Device): void {
    link.send(encodeDeviceMessage({ kind: 'stop', stop: this.#stop }));
  }

  #report(at: number): void {
    const [soundedSamples, bufferedSamples] = [this.#sounded, this.#sent];
    const stop = this.#stopping ? this.#stop - 1 : this.#stop;
    this.#deps.emit({ case: 'voice', stop, soundedSamples, bufferedSamples, underruns: this.#underruns, at });
  }

  #rest(): void {
    if (this.#muting || !this.#deps.controls.wantsMicrophone) return;
    const muting = new AbortController();
    this.#muting = muting;
    this.#deps.clock.sleep(MUTE_MS, muting.signal).then(
      () => {
        this.#muting = undefined;
        this.#deps.controls.wantsMicrophone = false;
      },
      () => {},
    );
  }
}

function joined(a: Int16Array, b: Int16Array): Int16Array<ArrayBuffer> {
  const all = new Int16Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
