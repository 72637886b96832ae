import { PcmDecoder, recogniserRate } from '../../audio/decode.ts';
import { UtteranceCutter, type CutterEvent, type CutUtterance } from '../../audio/utterance-cutter.ts';
import { realtimeRate, type Settings } from './settings.ts';

/** The vendor's own; what is shorter is no turn. */
const shortestCommitMs = 100;

/** What a client has appended: cut into turns by the server, or by the client's `commit`. */
export class InputBuffer {
  readonly #decoder = new PcmDecoder({ encoding: 'linear16', sampleRate: realtimeRate, channels: 1 });
  readonly #cutter = new UtteranceCutter({ hangoverMs: 500 });
  /** Without turn detection: all since the last commit, 16 kHz. */
  #uncut: Int16Array[] = [];
  #positionMs = 0;

  append(audio: Buffer, turnDetection: Settings['audio']['input']['turn_detection']): CutterEvent[] {
    const samples = this.#decoder.push(audio);
    this.#positionMs += (samples.length * 1000) / recogniserRate;
    if (!turnDetection) {
      this.#uncut.push(samples);
      return [];
    }
    this.#cutter.hangoverMs = turnDetection.silence_duration_ms;
    return this.#cutter.push(samples);
  }

  /** What the client says is a turn; undefined where there is too little of it. */
  commit(): CutUtterance | undefined {
    const cut = this.#cutter.flush()[0];
    if (cut?.type === 'utterance') return cut.utterance;
    const samples = Int16Array.from(this.#uncut.flatMap((piece) => [...piece]));
    const startMs = this.#positionMs - (samples.length * 1000) / recogniserRate;
    if (this.#positionMs - startMs < shortestCommitMs) return;
    this.clear();
    return { startMs, endMs: this.#positionMs, samples };
  }

  clear(): void {
    this.#cutter.flush();
    this.#uncut = [];
  }
}
