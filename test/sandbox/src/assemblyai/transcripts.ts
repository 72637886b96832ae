import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { downmix, toRecogniserRate } from '../audio/decode.ts';
import { decodeWav } from '../audio/wav.ts';
import { recogniseRecording } from '../recogniser/recognise-recording.ts';
import type { Recogniser } from '../recogniser/recogniser.ts';
import type { RecognisedUtterance } from '../recogniser/recognise-utterance.ts';
import { average, punctuated } from '../words.ts';

const pauseMs = 800;

/** Options beyond these are taken and given back, as they are. */
export const transcriptRequest = z.looseObject({
  audio_url: z.url(),
  speaker_labels: z.boolean().optional(),
  punctuate: z.boolean().default(true),
  format_text: z.boolean().default(true),
  language_code: z.string().default('en_us'),
});

type TranscriptRequest = z.output<typeof transcriptRequest>;
type Transcript = Record<string, unknown> & { id: string; status: 'queued' | 'processing' | 'completed' | 'error' };

/** The asynchronous jobs, in memory, with the audio that was uploaded for them. */
export class Transcripts {
  readonly #recogniser: Recogniser;
  readonly #uploads = new Map<string, Buffer>();
  readonly #transcripts = new Map<string, Transcript>();

  constructor(recogniser: Recogniser) {
    this.#recogniser = recogniser;
  }

  upload(bytes: Buffer): string {
    const id = randomUUID();
    this.#uploads.set(id, bytes);
    return id;
  }

  get(id: string): Transcript | undefined {
    return this.#transcripts.get(id);
  }

  delete(id: string): boolean {
    return this.#transcripts.delete(id);
  }

  submit(request: TranscriptRequest): Transcript {
    const queued: Transcript = { ...request, id: randomUUID(), status: 'queued' };
    this.#transcripts.set(queued.id, queued);
    void this.#run(queued, request);
    return queued;
  }

  async #run(queued: Transcript, request: TranscriptRequest): Promise<void> {
    this.#transcripts.set(queued.id, { ...queued, status: 'processing' });
    const result = await this.#transcribe(request).catch((error: unknown) => ({
      status: 'error' as const,
      error: `Transcoding failed. ${error instanceof Error ? error.message : ''}`.trim(),
    }));
    // Deleted meanwhile: stays deleted.
    if (this.#transcripts.has(queued.id)) this.#transcripts.set(queued.id, { ...queued, ...result });
  }

  async #transcribe(request: TranscriptRequest) {
    const uploadId = new URL(request.audio_url).pathname.split('/').at(-1)!;
    const bytes = this.#uploads.get(uploadId);
    this.#uploads.delete(uploadId);
    if (!bytes) throw new Error('Download error, unable to download the audio; this stand-in takes uploads only');
    const audio = decodeWav(bytes);
    if (!audio) throw new Error('File does not appear to contain audio');
    const samples = toRecogniserRate(downmix(audio.channels), audio.sampleRate);
    const utterances = await recogniseRecording(this.#recogniser, samples, pauseMs);
    return {
      status: 'completed' as const,
      ...toResult(utterances, request),
      audio_duration: Math.ceil(samples.length / 16_000),
    };
  }
}

/** Times are milliseconds; everybody is speaker A, since the recogniser cannot tell voices apart. */
function toResult(utterances: readonly RecognisedUtterance[], request: TranscriptRequest) {
  const isPunctuated = request.punctuate && request.format_text;
  const speaker = request.speaker_labels ? 'A' : null;
  const spoken = utterances.map(({ words: recognised }) => {
    const texts = recognised.map(({ word }) => word);
    const written = isPunctuated ? punctuated(texts) : texts;
    const words = recognised.map((word, index) => ({
      text: written[index]!,
      start: Math.round(word.startMs),
      end: Math.round(word.endMs),
      confidence: word.confidence,
      speaker,
    }));
    const confidence = average(words.map((word) => word.confidence));
    return { speaker, text: written.join(' '), start: words[0]!.start, end: words.at(-1)!.end, confidence, words };
  });
  const words = spoken.flatMap((utterance) => utterance.words);
  return {
    text: spoken.map(({ text }) => text).join(' '),
    confidence: average(words.map(({ confidence }) => confidence)),
    words,
    utterances: request.speaker_labels ? spoken : null,
  };
}
