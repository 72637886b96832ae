import { MINUTE } from '@earshot/kernel';
import type { MicrophoneState } from './bot-voice.ts';

/** So often is the button pressed while nothing comes of it: a press may be lost. */
const MAX_PRESSES = 3;
/** A host who does not let the bot unmute is tried again after this long. */
const RETRY_MS = MINUTE;

/**
 * What a page shows of its microphone; who muted it, it does not say. unjoined: the page has yet to join the sound; locked: its button
 * is of no use; refused: the page says that the host does not let the bot unmute.
 */
export type ShownMicrophone = 'on' | 'muted' | 'unjoined' | 'locked' | 'refused' | 'unknown';

/** A page's microphone at one moment. */
export interface SeenMicrophone {
  readonly shown: ShownMicrophone;
  /** The host asks for it to be unmuted. */
  readonly isInvited: boolean;
}

/**
 * The bot's microphone: muted unless it has something to say. Who mutes it while it speaks is the host, since it knows its own
 * presses, and the host's word counts until the bot has something else to say.
 */
export interface MicrophoneControl extends SeenMicrophone {
  /** The bot has something to say. */
  readonly isWanted: boolean;
  /** It was on since that began. */
  readonly wasOn: boolean;
  /** Presses since that began, or ended; of those that unmute, the ones in vain. */
  readonly presses: number;
  /** When the page last refused to unmute. */
  readonly refusedAt: number | undefined;
}

export const untouchedMicrophone: MicrophoneControl = {
  ...{ shown: 'unknown', isInvited: false, isWanted: false, wasOn: false, presses: 0, refusedAt: undefined },
};

/** The bot has something to say, or no more. */
export function want(control: MicrophoneControl, isWanted: boolean): MicrophoneControl {
  if (control.isWanted === isWanted) return control;
  return { ...control, isWanted, wasOn: control.shown === 'on', presses: 0 };
}

/** One more look at the page. */
export function see(control: MicrophoneControl, seen: SeenMicrophone): MicrophoneControl {
  if (seen.shown !== 'on') return { ...control, ...seen };
  return { ...control, ...seen, wasOn: true, refusedAt: undefined };
}

/** Whether the button is to be pressed, and what for: true to unmute. */
export function nextPress(control: MicrophoneControl, now: number): boolean | undefined {
  const { isWanted, isInvited, shown, presses } = control;
  if (!isWanted) return shown === 'on' && presses < MAX_PRESSES ? false : undefined;
  if (shown === 'on') return undefined;
  if (isInvited) return true;
  if (shown !== 'muted' || control.wasOn) return undefined;
  return isRefused(control, now) ? undefined : true;
}

/** The button was pressed, or was not there to be: how the page shows the microphone now. */
export function pressed(
  control: MicrophoneControl,
  { isOn, shown, now }: { readonly isOn: boolean; readonly shown: ShownMicrophone; readonly now: number },
): MicrophoneControl {
  const after = see(control, { shown, isInvited: false });
  const presses = isOn && shown === 'on' ? 0 : control.presses + 1;
  const isRefusal = isOn && (shown === 'refused' || (shown === 'muted' && presses >= MAX_PRESSES));
  return { ...after, presses, refusedAt: isRefusal ? now : after.refusedAt };
}

/** Whether the meeting can hear the bot. */
export function microphoneState(control: MicrophoneControl, now: number): MicrophoneState {
  const { shown, wasOn, isWanted } = control;
  if (shown === 'on' || shown === 'unknown') return shown;
  if (isWanted && wasOn) return 'muted-by-host';
  if (shown === 'locked' || shown === 'refused' || isRefused(control, now)) return 'forbidden';
  return 'muted';
}

function isRefused({ refusedAt }: MicrophoneControl, now: number): boolean {
  return refusedAt !== undefined && now - refusedAt < RETRY_MS;
}
