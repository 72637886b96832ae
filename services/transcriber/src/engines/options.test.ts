import { AppError } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import { assemblyai } from './assemblyai/vendor.ts';
import { deepgram } from './deepgram/vendor.ts';
import { parseOptions } from './options.ts';

describe('parseOptions', () => {
  it('fills in the documented defaults', () => {
    expect(parseOptions(deepgram.streaming, {})).toMatchObject({
      ...{
        model: 'nova-2',
        endpointing: 300,
        utterance_end_ms: 1000,
        vad_events: true,
        transcription_mode: 'sentence',
      },
    });
    expect(parseOptions(deepgram.batch, { language: 'de' })).toMatchObject({
      model: 'nova-3',
      language: 'de',
      utt_split: 0.8,
    });
    expect(parseOptions(assemblyai.batch, {})).toMatchObject({
      speech_models: ['universal-2'],
      speaker_labels: true,
    });
  });

  it('takes numbers that were written as strings', () => {
    const options = { vad_threshold: '0.5', max_turn_silence: '900', inactivity_timeout: 60 };
    expect(parseOptions(assemblyai.streaming, options)).toMatchObject({
      ...{ vad_threshold: 0.5, max_turn_silence: 900, inactivity_timeout: 60, end_of_turn_confidence_threshold: 0.4 },
    });
  });

  it('names every option at fault', () => {
    const parse = () => parseOptions(deepgram.batch, { modle: 'nova-3', speed: 2, punctuate: 'yes' });
    expect(parse).toThrow(AppError);
    expect(parse).toThrow(/modle: unknown option/);
    expect(parse).toThrow(/speed: unknown option/);
    expect(parse).toThrow(/punctuate: /);
  });
});
