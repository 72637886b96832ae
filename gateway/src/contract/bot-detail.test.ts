import { Recording } from '@earshot/contract/media/v1/media.ts';
import { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { expect, it } from 'vitest';
import { toBotDetail } from './bot-detail.ts';

const detailOf = (recording: Recording | 'none' | undefined) =>
  toBotDetail(Bot.fromPartial({ botId: 'b', spec: {} }), {
    captionFile: { available: false },
    transcript: undefined,
    keyId: '',
    recording,
  });

it('says what became of the recording, and how much of its sound is missing', () => {
  const gap = Recording.fromPartial({ missingMs: 12_300, detail: 'no_audio_received' });
  expect(detailOf(gap)).toMatchObject({
    ...{ AudioStatus: 'Success', audio_missed_seconds: 12.3, audio_detail: 'no_audio_received' },
  });
  const whole = Recording.fromPartial({});
  expect(detailOf(whole)).toMatchObject({ AudioStatus: 'Success', audio_missed_seconds: 0, audio_detail: null });
  expect(detailOf('none')).toMatchObject({ AudioStatus: 'Failed', audio_missed_seconds: null, audio_detail: null });
  expect(detailOf(undefined)).toMatchObject({ AudioStatus: null, audio_missed_seconds: null, audio_detail: null });
});
