import { startSandbox, type Sandbox } from '@earshot/sandbox';
import { systemClock } from '@earshot/service';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createEngines, type Engines } from '../../../services/transcriber/src/engines/engines.ts';
import { toSpeech } from '../../../gateway/src/contract/provider-choice.ts';
import type { EngineOptions } from '../../../services/transcriber/src/engines/speech-engine.ts';
import {
  engineMode,
  engineNames,
  findEngine,
  type EngineName,
} from '../../../services/transcriber/src/engines/vendors.ts';
import { speak } from '../sandbox/speech.ts';
import { listen, trust, vendorKeys, vendorSettings } from './fixture.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const defaults = { batch: 'deepgram', streaming: 'deepgram_streaming' } as const;

let sandbox: Sandbox;
let engines: Engines;
let wav: Buffer;
beforeAll(async () => {
  sandbox = await startSandbox();
  trust(sandbox);
  engines = createEngines({
    ...{ apiKeys: vendorKeys(sandbox), settings: vendorSettings(sandbox) },
    clock: systemClock,
  });
  ({ wav } = await speak('yes'));
});
afterAll(() => sandbox[Symbol.asyncDispose]());

type Asked = Exclude<EngineName, 'meeting_captions'>;

/** Another value than the default for every option, and what the provider is told by it: name and value, as it comes there. */
const told: Readonly<Record<Asked, Record<string, [value: unknown, name: string, arrives: unknown]>>> = {
  deepgram: {
    model: ['nova-3-medical', 'model', 'nova-3-medical'],
    language: ['de', 'language', 'de'],
    punctuate: [false, 'punctuate', 'false'],
    smart_format: [false, 'smart_format', 'false'],
    diarize: [false, 'diarize', 'false'],
    paragraphs: [false, 'paragraphs', 'false'],
    numerals: [false, 'numerals', 'false'],
    filler_words: [true, 'filler_words', 'true'],
    utterances: [false, 'utterances', 'false'],
    utt_split: [1.2, 'utt_split', '1.2'],
    detect_language: [true, 'detect_language', 'true'],
    keywords: [['a', 'b'], 'keyterm', ['a', 'b']],
    search: [['a'], 'search', 'a'],
    tag: [['a', 'b'], 'tag', ['a', 'b']],
  },
  deepgram_streaming: {
    model: ['nova-3', 'model', 'nova-3'],
    language: ['de', 'language', 'de'],
    punctuate: [false, 'punctuate', 'false'],
    smart_format: [false, 'smart_format', 'false'],
    endpointing: [false, 'endpointing', 'false'],
    vad_events: [false, 'vad_events', 'false'],
    utterance_end_ms: [1500, 'utterance_end_ms', '1500'],
    encoding: ['linear16', 'encoding', 'linear16'],
    channels: [1, 'channels', '1'],
  },
  assemblyai: {
    speech_models: [['best'], 'speech_models', ['best']],
    language_code: ['de', 'language_code', 'de'],
    speaker_labels: [false, 'speaker_labels', false],
    punctuate: [false, 'punctuate', false],
    format_text: [false, 'format_text', false],
    filter_profanity: [true, 'filter_profanity', true],
    redact_pii: [true, 'redact_pii', true],
    auto_chapters: [true, 'auto_chapters', true],
    entity_detection: [true, 'entity_detection', true],
    keyterms_prompt: [['a'], 'keyterms_prompt', ['a']],
  },
  assemblyai_streaming: {
    speech_model: ['universal-streaming-multilingual', 'speech_model', 'universal-streaming-multilingual'],
    // Not what was asked for: what is sent.
    sample_rate: [8000, 'sample_rate', '16000'],
    format_turns: [true, 'format_turns', 'true'],
    encoding: ['pcm_s16le', 'encoding', 'pcm_s16le'],
    vad_threshold: ['0.7', 'vad_threshold', '0.7'],
    end_of_turn_confidence_threshold: ['0.6', 'end_of_turn_confidence_threshold', '0.6'],
    inactivity_timeout: [60, 'inactivity_timeout', '60'],
    min_end_of_turn_silence_when_confident: ['600', 'min_turn_silence', '600'],
    max_turn_silence: ['900', 'max_turn_silence', '900'],
  },
  openai_compatible: {
    model: ['large-v3', 'model', 'large-v3'],
    language: ['de', 'language', 'de'],
    prompt: ['names: Ada', 'prompt', 'names: Ada'],
    temperature: [0.5, 'temperature', '0.5'],
  },
};

/** What a provider is asked, as it comes there. */
async function askedWith(engine: string, engineOptions: EngineOptions): Promise<Record<string, unknown>> {
  const before = sandbox.requests.length;
  if (engineMode(engine) === 'streaming') {
    await (await listen(engines.streaming(engine), engineOptions)).session.close();
  } else {
    await engines.batch(engine).transcribe({ wav, engineOptions, signal: new AbortController().signal });
  }
  const asked = sandbox.requests.slice(before);
  return Object.assign({}, ...asked.map(({ query, body }) => ({ ...query, ...(body as object | undefined) })));
}

it.each(Object.entries(told))('%s is told every option', async (engine, options) => {
  // One at a time where they exclude each other.
  const { detect_language: found, ...together } = options;
  for (const some of [together, ...(found ? [{ detect_language: found }] : [])]) {
    const given = Object.fromEntries(Object.entries(some).map(([option, [value]]) => [option, value]));
    expect(await askedWith(engine, given)).toMatchObject(
      Object.fromEntries(Object.values(some).map(([, name, arrives]) => [name, arrives])),
    );
  }
});

it.each([
  ['meetstream', { language: 'auto' }],
  ['deepgram', { detect_language: true }],
  ['deepgram', { detect_language: true, language: 'en' }],
] as const)('Deepgram finds out which language is spoken for %s with %o, and is told none', async (engine, options) => {
  const chosen = engine === 'deepgram' ? { engine, options } : toSpeech({ engine, options }, defaults);
  const asked = await askedWith(chosen.engine, chosen.options);
  expect(asked['detect_language']).toBe('true');
  expect(Object.keys(asked)).not.toContain('language');
});

it('Deepgram is told which language is spoken, and finds out none', async () => {
  const { engine, options } = toSpeech({ engine: 'meetstream', options: { language: 'de' } }, defaults);
  expect(await askedWith(engine, options)).toMatchObject({ language: 'de', detect_language: 'false' });
});

it('leaves out no option but how live words are told, which is ours', () => {
  for (const engine of engineNames) {
    const options = Object.keys(findEngine(engine)!.descriptor.options.shape).filter(
      (option) => option !== 'transcription_mode',
    );
    // Captions are read by the bot: no provider is told anything.
    const known = engine === 'meeting_captions' ? {} : told[engine];
    expect(Object.keys(known).toSorted(), engine).toEqual(options.toSorted());
  }
});
