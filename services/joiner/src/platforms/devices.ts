import type { ShownMicrophone } from '../domain/microphone-control.ts';
import { answerInTime } from './frames.ts';
import { look, pressAndLook } from './probe.ts';
import type { Probed } from './batched-evaluate.ts';
import type { SeenDevices } from './seen-devices.ts';
import { inSight, type Candidate, type Hit, type Selectors } from './selectors.ts';

/** A page shows what a press has come to within this time, milliseconds; it may have to open a device. */
const SETTLE_MS = 1000;

/** The platform's own controls of microphone and camera, by how they stand; none where a platform has no such mark. */
export interface DevicePlaces {
  readonly micOn: readonly Candidate[];
  readonly micOff: readonly Candidate[];
  /** It is off, and its control is of no use. */
  readonly micLocked: readonly Candidate[];
  /** Where the sound is joined, as long as it is not. */
  readonly micUnjoined: readonly Candidate[];
  /** What the page says of an attempt to unmute that the host does not allow. */
  readonly unmuteRefused: readonly Candidate[];
  /** What answers the host who asks the bot to unmute. */
  readonly unmuteRequest: readonly Candidate[];
  readonly cameraOn: readonly Candidate[];
  readonly cameraOff: readonly Candidate[];
}

type Found = Readonly<Record<keyof DevicePlaces, Hit | undefined>>;

/** What a look at the places has found. */
export function devicesIn(found: Found, askedAt: number): SeenDevices {
  const camera = found.cameraOn ? 'on' : found.cameraOff ? 'off' : 'unknown';
  return { askedAt, microphone: { shown: shownIn(found), isInvited: found.unmuteRequest !== undefined }, camera };
}

function shownIn({ micOn, micOff, micLocked, micUnjoined, unmuteRefused }: Found): ShownMicrophone {
  if (micOn) return 'on';
  if (unmuteRefused) return 'refused';
  if (micLocked) return 'locked';
  if (micOff) return 'muted';
  return micUnjoined ? 'unjoined' : 'unknown';
}

export interface MicrophoneButtonDeps {
  readonly places: DevicePlaces;
  readonly selectors: Selectors;
  /** Those that may have the button, the likeliest first. */
  documents(): readonly Probed[];
  /** Presses the first of the candidates with the page's pointer; answers whether there was one. */
  press(document: Probed, candidates: readonly Candidate[]): Promise<boolean>;
}

/**
 * Turns the microphone on or off by the page's own button, and answers how the page shows it then. A voice waits for it: the button is
 * pressed within the page, in one trip that waits for no pointer, and only where that came to nothing, the next time, by the pointer.
 */
export function createMicrophoneButton({ places, selectors, documents, press }: MicrophoneButtonDeps) {
  let isPointed = false;

  async function pressIn(document: Probed, way: readonly Candidate[], ends: readonly (keyof DevicePlaces)[]) {
    const until = { ends, timeoutMs: SETTLE_MS };
    const usable = way.map((candidate) => ({ ...candidate, enabled: true }));
    if (!isPointed) return pressAndLook(document, places, { press: usable, ...until });
    return (await press(document, inSight(usable))) ? pressAndLook(document, places, until) : undefined;
  }

  return async (isOn: boolean): Promise<ShownMicrophone> => {
    const { micOn, micOff, unmuteRequest } = places;
    const ways = (isOn ? [unmuteRequest, micOff] : [micOn]).filter(({ length }) => length > 0);
    const ends = isOn ? (['micOn', 'micLocked', 'unmuteRefused'] as const) : (['micOff', 'micLocked'] as const);
    for (const document of documents()) {
      for (const way of ways) {
        const found = await pressIn(document, way, ends);
        if (!found) continue;
        const shown = shownIn(found);
        isPointed = shown === (isOn ? 'muted' : 'on') && !isPointed;
        return shown;
      }
    }
    for (const document of documents()) {
      const shown = await answerInTime(look(document, places, selectors).then(shownIn));
      if (shown && shown !== 'unknown') return shown;
    }
    return 'unknown';
  };
}

/** The same controls while they are of no use. */
export function locked(candidates: readonly Candidate[]): Candidate[] {
  return candidates.map((candidate) => ({
    ...candidate,
    id: `${candidate.id}.locked`,
    css: `:is(${candidate.css}):is(:disabled, [aria-disabled="true"])`,
  }));
}
