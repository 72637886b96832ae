import type { JoinState } from '../../domain/join-state.ts';
import type { MediaSigns } from '../platform.ts';
import { webJoinState } from './join-state.ts';
import { noticeIn, hasInsideWords, hasWaitWords } from './words.ts';

/** What one look at a page found. */
export interface WebLook {
  readonly status: number;
  readonly hasKnocked: boolean;
  /** Why the way in goes no further. */
  readonly stopped?: 'consent' | 'name-refused' | undefined;
  /** A field for the name, whether it can be filled or not. */
  readonly hasNameInput: boolean;
  readonly hasJoinButton: boolean;
  readonly isJoinButtonEnabled: boolean;
  readonly hasLeaveControl: boolean;
  readonly hasTile: boolean;
  /** A button of a microphone, a camera or the like. */
  readonly hasCallControl: boolean;
  readonly notices: readonly string[];
  readonly statuses: readonly string[];
  readonly isBusy: boolean;
  readonly text: string;
}

export interface AdmissionOptions {
  readonly media: Pick<MediaSigns, 'isFlowing' | 'isSounding' | 'isConnected' | 'isSending'>;
  /** Milliseconds, by a clock that never jumps. */
  readonly now: () => number;
}

/** Judges a page of an unknown make by what has become of it from one look to the next. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #stood = { name: false, button: false };
  #wasInside = false;
  #hadControls = false;
  #hadConnection = false;
  #hadSending = false;
  /** What was gone from the entrance when the bot came in. */
  #gone = { name: false, button: false };
  #goneSince: number | undefined;
  #notice: { readonly state: JoinState; readonly since: number } | undefined;
  #hasPreview = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get isInside(): boolean {
    return this.#wasInside;
  }

  look(look: WebLook): JoinState {
    const { media } = this.#options;
    const now = this.#options.now();
    // A room closes the connection by which it took the bot's sound when it removes the bot. What it then forgets to close, and may
    // even go on to send (Janus's video room does where it does not ask for a `private_id`), is not meant for the bot any more.
    const isMember = media.isSending() || !this.#hadSending;
    const isConnected = media.isConnected() && isMember;
    const isMediaFlowing = media.isFlowing() && isMember;
    const hasControls = look.hasLeaveControl || look.hasTile || look.hasCallControl;
    const isAskedToWait = [look.text, ...look.statuses, ...look.notices].some(hasWaitWords);
    if (!look.hasKnocked) this.#hasPreview = isMediaFlowing;
    const notice = noticeIn(look.notices);
    const state = webJoinState({
      status: look.status,
      stopped: look.stopped,
      hasKnocked: look.hasKnocked,
      wasInside: this.#wasInside,
      hasEntrance: look.hasNameInput || (look.hasJoinButton && look.isJoinButtonEnabled),
      goneMs: this.#goneMs(look, now),
      isEntranceBack: this.#isEntranceBack(look),
      hasCallView: look.hasLeaveControl && look.hasTile,
      hasControls,
      hadControls: this.#hadControls,
      isAskedToWait,
      isWaiting: isAskedToWait || look.isBusy || look.statuses.some((text) => !hasInsideWords(text)),
      notice,
      noticeMs: this.#noticeMs(notice?.state, now),
      isMediaFlowing,
      hasPreview: this.#hasPreview,
      isSounding: media.isSounding(),
      isConnected,
      hadConnection: this.#hadConnection,
    });
    if (state === 'admitted') this.#enter(look, { hasControls, isConnected });
    return state;
  }

  #enter(look: WebLook, { hasControls, isConnected }: { hasControls: boolean; isConnected: boolean }): void {
    this.#hadControls ||= hasControls;
    this.#hadConnection ||= isConnected;
    this.#hadSending ||= this.#options.media.isSending();
    // What a page draws in its first moments inside may still be its entrance.
    if (!look.hasNameInput) this.#gone.name = true;
    if (!look.hasJoinButton) this.#gone.button = true;
    this.#wasInside = true;
  }

  /** Where no name was asked for a call may have such a button as well, to join a breakout room, say. */
  #isEntranceBack({ hasNameInput, hasJoinButton, hasLeaveControl }: WebLook): boolean {
    if (this.#stood.name) return this.#gone.name && hasNameInput;
    return this.#gone.button && hasJoinButton && !hasLeaveControl;
  }

  #goneMs({ hasKnocked, hasNameInput, hasJoinButton }: WebLook, now: number): number {
    this.#stood.name ||= hasNameInput;
    this.#stood.button ||= hasJoinButton;
    const isGone = hasKnocked && !hasNameInput && (this.#stood.name || !hasJoinButton);
    this.#goneSince = isGone ? (this.#goneSince ?? now) : undefined;
    return this.#goneSince === undefined ? 0 : now - this.#goneSince;
  }

  #noticeMs(state: JoinState | undefined, now: number): number {
    if (state === undefined) this.#notice = undefined;
    else if (this.#notice?.state !== state) this.#notice = { state, since: now };
    return this.#notice ? now - this.#notice.since : 0;
  }
}
