import { expect, it } from 'vitest';
import { initialSettings, updateSchema, updated } from './settings.ts';

it('changes what an update names, and nothing else', () => {
  const update = updateSchema.parse({
    type: 'realtime',
    instructions: 'Be brief.',
    audio: { input: { turn_detection: { type: 'server_vad', silence_duration_ms: 200 } }, output: { voice: 'marin' } },
  });
  const { instructions, model, audio } = updated(initialSettings('gpt-realtime'), update);
  expect({ instructions, model }).toEqual({ instructions: 'Be brief.', model: 'gpt-realtime' });
  expect(audio.input.turn_detection).toMatchObject({ silence_duration_ms: 200, create_response: true });
  expect(audio.output).toMatchObject({ voice: 'marin', speed: 1, format: { type: 'audio/pcm', rate: 24_000 } });
});

it('turns turn detection off where it is null', () => {
  const update = updateSchema.parse({ type: 'realtime', audio: { input: { turn_detection: null } } });
  expect(updated(initialSettings('gpt-realtime'), update).audio.input.turn_detection).toBeNull();
});

it.each([
  ['names of the beta', { type: 'realtime', input_audio_format: 'pcm16' }],
  ['another rate', { type: 'realtime', audio: { input: { format: { type: 'audio/pcm', rate: 48_000 } } } }],
  ['no type', { instructions: 'Be brief.' }],
])('takes no %s', (_, update) => {
  expect(updateSchema.safeParse(update).success).toBe(false);
});
