/** What a participant sends and what others see of it: whether the microphone and the camera are on. */
export interface MediaState {
  mic: boolean;
  camera: boolean;
  /** The stream of the screen that is shown, by the sender's id of it; null once it is not any more. */
  share?: string | null;
}

/** A participant as everybody in the room sees it. */
export interface Person extends MediaState {
  id: string;
  name: string;
  /** Connects to nobody who is a crowd too: a mesh of ten takes ninety connections, and a bot needs ten. */
  isCrowd?: boolean;
}

/** Why a page was put out; `lost`: its connection broke. */
export type Farewell = 'denied' | 'no-answer' | 'removed' | 'ended' | 'lost';

/** What a host makes of a request to record; `ignored`: the request ran out. */
export type RecordingAnswer = 'allowed' | 'denied' | 'ignored';

/** Page to lab, JSON over the WebSocket. `signal` bodies go from browser to browser, opaque to the lab, but for those of its forwarding unit. */
export type PageMessage =
  | { type: 'hello'; name: string; token?: string; media: MediaState; isCrowd?: boolean }
  | { type: 'signal'; to: string; body: unknown }
  | { type: 'media'; media: MediaState }
  | { type: 'level'; level: number }
  | { type: 'caption'; key: number; text: string }
  | { type: 'chat'; text: string }
  | { type: 'ask-recording' }
  | { type: 'leave' };

/** Lab to page, JSON over the WebSocket. */
export type LabMessage =
  | { type: 'waiting' }
  | { type: 'welcome'; self: Person; others: readonly Person[] }
  | { type: 'joined'; person: Person }
  | { type: 'left'; id: string }
  | { type: 'media'; id: string; media: MediaState }
  | { type: 'signal'; from: string; body: unknown }
  | { type: 'level'; id: string; level: number }
  | { type: 'caption'; id: string; key: number; text: string }
  | { type: 'chat'; id: string; name: string; text: string; at: number }
  | { type: 'recording-answer'; answer: RecordingAnswer }
  /** The host has muted this person. */
  | { type: 'muted' }
  | { type: 'asked-to-unmute' }
  /** Whether people may unmute themselves from now on; who may not is muted. */
  | { type: 'unmuting'; isAllowed: boolean }
  /** The host records the meeting, for everybody to see. */
  | { type: 'recorded' }
  | { type: 'farewell'; why: Farewell };

/** Reads one message of a page; undefined for what is not one. */
export function parsePageMessage(text: string): PageMessage | undefined {
  try {
    const message: unknown = JSON.parse(text);
    const isMessage = typeof message === 'object' && message !== null && 'type' in message;
    return isMessage ? (message as PageMessage) : undefined;
  } catch {
    return undefined;
  }
}
