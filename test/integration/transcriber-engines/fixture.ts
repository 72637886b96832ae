import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import type { Sandbox } from '@earshot/sandbox';
import type { ApiKeys } from '../../../services/transcriber/src/domain/provider-key.ts';
import type {
  CloseReason,
  EngineFinal,
  EngineOptions,
  EngineUtterance,
  EngineWord,
  StreamingEngine,
  StreamingSession,
} from '../../../services/transcriber/src/engines/speech-engine.ts';
import type { VendorSettings } from '../../../services/transcriber/src/engines/vendors.ts';
import { inChunks } from '../sandbox/speech.ts';

/** What NODE_EXTRA_CA_CERTS does, for a process that is already running. */
export function trust(sandbox: Sandbox): void {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(sandbox.caPath, 'utf8')]);
}

/** Where the vendors are that the sandbox plays, as a config names them. */
export function vendorSettings({
  deepgramUrl,
  assemblyaiUrl,
  assemblyaiStreamingUrl,
  openaiUrl,
}: Sandbox): VendorSettings {
  return {
    DEEPGRAM_URL: deepgramUrl,
    ASSEMBLYAI_URL: assemblyaiUrl,
    ASSEMBLYAI_STREAMING_URL: assemblyaiStreamingUrl,
    OPENAI_COMPATIBLE_URL: openaiUrl,
    OPENAI_COMPATIBLE_MODEL: 'whisper-1',
  };
}

/** The keys that they take, by vendor. */
export function vendorKeys({ keys: { openai, ...keys } }: Sandbox): ApiKeys {
  return { ...keys, openai_compatible: openai };
}

export interface Listening {
  session: StreamingSession;
  partials: EngineUtterance[];
  finals: EngineFinal[];
  /** The next final, in order, past or to come. */
  nextFinal(): Promise<EngineFinal>;
  say(pcm: Int16Array): void;
  cancel(): void;
}

/** Opens a session at 16 kHz and keeps what it tells. */
export async function listen(engine: StreamingEngine, engineOptions: EngineOptions = {}): Promise<Listening> {
  const controller = new AbortController();
  const partials: EngineUtterance[] = [];
  const finals: EngineFinal[] = [];
  const waiting: ((final: EngineFinal) => void)[] = [];
  let read = 0;
  const session = await engine.open({
    sampleRate: 16_000,
    engineOptions,
    signal: controller.signal,
    onPartial: (utterance) => void partials.push(utterance),
    onFinal(final) {
      finals.push(final);
      waiting.shift()?.(final);
    },
  });
  return {
    ...{ session, partials, finals },
    nextFinal() {
      const known = finals[read++];
      return known ? Promise.resolve(known) : new Promise((resolve) => waiting.push(resolve));
    },
    say(pcm) {
      for (const chunk of inChunks(pcm, 320)) session.send(chunk);
    },
    cancel: () => controller.abort(),
  };
}

/** The error a session ended with. */
export function failureOf(reason: CloseReason): unknown {
  return reason.kind === 'failed' ? { code: reason.error.code, ...reason.error.fields } : reason.kind;
}

/** The same audio through PocketSphinx alone. */
export async function plainWords(pcm: Int16Array): Promise<Pick<EngineWord, 'text' | 'startMs' | 'endMs'>[]> {
  const directory = await mkdtemp(join(tmpdir(), 'earshot-plain-'));
  try {
    const file = join(directory, 'speech.raw');
    await writeFile(file, Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength));
    const flags = ['-infile', file, '-time', 'yes', '-remove_silence', 'no', '-logfn', '/dev/null'];
    const { stdout } = await promisify(execFile)('pocketsphinx_continuous', flags);
    return stdout.split('\n').flatMap((line) => {
      const [word = '', start, end, probability] = line.split(' ');
      if (probability === undefined || !/^[a-z']/.test(word) || !/^\d+\.\d+$/.test(start ?? '')) return [];
      return { text: word.replace(/\(\d+\)$/, ''), startMs: Number(start) * 1000, endMs: Number(end) * 1000 };
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** How far apart, in milliseconds, the words that both heard, in the same order, begin and end. */
export function timeDifferences(heard: readonly EngineWord[], plain: Awaited<ReturnType<typeof plainWords>>): number[] {
  let from = 0;
  return heard.flatMap((word) => {
    const index = plain.findIndex((other, at) => at >= from && other.text === word.text);
    if (index < 0) return [];
    from = index + 1;
    const other = plain[index]!;
    return [Math.abs(other.startMs - word.startMs), Math.abs(other.endMs - word.endMs)];
  });
}
