import type { BotId } from '@earshot/kernel';
import { RATE, type LiveFrame, type Speaker } from './live-frame.ts';
import { SAMPLES_PER_MS } from './recording.ts';
import type { SpeechChange } from './speech-detector.ts';

/** Whose meeting, and the zero of its timeline, milliseconds since 1970. */
export interface SpokenIn {
  readonly botId: BotId;
  readonly startedAt: number;
}

/** The text message of the live audio socket that says when somebody begins to speak, or has ended: `start_time` and `sample_position` are those of the voice's beginning. */
export function encodeSpeechMessage({ botId, startedAt }: SpokenIn, change: SpeechChange<Speaker>): LiveFrame {
  const { speaker, fromMs, isOn } = change;
  const at = Math.round(fromMs * SAMPLES_PER_MS);
  const endMs = change.isOn ? fromMs : change.toMs;
  const message = {
    type: isOn ? 'speech_on' : 'speech_off',
    bot_id: botId,
    ...{ speaker_id: speaker.id, speaker_name: speaker.name },
    timestamp: new Date(startedAt + endMs).toISOString(),
    ...{ start_time: at / RATE, sample_position: at },
    ...(!isOn && { end_time: toSeconds(endMs), duration: toSeconds(endMs - fromMs) }),
  };
  return { bytes: Buffer.from(JSON.stringify(message)), at, samples: 0, isText: true };
}

function toSeconds(ms: number): number {
  return Math.round(ms) / 1000;
}
