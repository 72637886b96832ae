import { Composition, CompositionKind, CompositionState } from '@earshot/contract/composer/v1/composer.ts';
import { Recording } from '@earshot/contract/media/v1/media.ts';
import { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { expect, it } from 'vitest';
import { toBotDetail, toBotListItem } from './bot-detail.ts';

const detailOf = (recording: Recording | 'none' | undefined) =>
  toBotDetail(Bot.fromPartial({ botId: 'b', spec: {} }), {
    captionFile: { available: false },
    transcript: undefined,
    ...{ participants: [], keyId: '', video: { compositions: [], capture: undefined } },
    recording,
  });

it('says what became of the recording, and how much of its sound is missing', () => {
  const gap = Recording.fromPartial({ missingMs: 12_300, detail: 'no_audio_received' });
  expect(detailOf(gap)).toMatchObject({
    ...{ AudioStatus: 'Success', audio_missed_seconds: 12.3, audio_detail: 'no_audio_received' },
  });
  const whole = Recording.fromPartial({});
  expect(detailOf(whole)).toMatchObject({ AudioStatus: 'Success', audio_missed_seconds: 0, audio_detail: null });
  const waiting = Recording.fromPartial({
    ...{ state: 'RECORDING_STATE_RECORDING', durationMs: 4000, detail: 'storage_full' },
  });
  expect(detailOf(waiting)).toMatchObject({
    ...{ AudioStatus: null, audio_missed_seconds: null, audio_kept_seconds: 4, audio_detail: 'storage_full' },
  });
  const cut = Recording.fromPartial({
    ...{ state: 'RECORDING_STATE_READY', durationMs: 4100, missingMs: 100, detail: 'storage_full' },
  });
  expect(detailOf(cut)).toMatchObject({
    ...{ AudioStatus: 'Success', audio_missed_seconds: 0.1, audio_kept_seconds: 4, audio_detail: 'storage_full' },
  });
  const lost = Recording.fromPartial({ state: 'RECORDING_STATE_FAILED', durationMs: 4100, detail: 'storage_full' });
  expect(detailOf(lost)).toMatchObject({
    ...{ AudioStatus: 'Failed', audio_missed_seconds: null, audio_kept_seconds: 0, audio_detail: 'storage_full' },
  });
  expect(detailOf('none')).toMatchObject({ AudioStatus: 'Failed', audio_missed_seconds: null, audio_detail: null });
  expect(detailOf(undefined)).toMatchObject({ AudioStatus: null, audio_missed_seconds: null, audio_detail: null });
});

const ordered = Bot.fromPartial({
  ...{ botId: 'b', orderedByKey: 'key-1' },
  spec: {
    meetingUrl: 'https://zoom.us/j/1?pwd=planted',
    imageUrl: 'https://a.b/c.png?sig=planted',
    requestJson: '{"callback_url":"https://a.b/?t=planted","provider":{"api_key":"planted"}}',
    attributesJson: '{"hook":"https://a.b/?t=planted"}',
  },
});
const seenBy = (keyId: string, bot = ordered) =>
  JSON.stringify([
    toBotDetail(bot, {
      captionFile: { available: false },
      transcript: undefined,
      recording: undefined,
      video: { compositions: [], capture: undefined },
      participants: [],
      keyId,
    }),
    toBotListItem(bot, keyId),
  ]);

it('shows passcodes and tokens to the key that ordered the bot, and to no other', () => {
  expect(seenBy('key-1').match(/planted/g)?.length).toBeGreaterThan(6);
  expect(seenBy('key-2')).not.toContain('planted');
  expect(seenBy('', { ...ordered, orderedByKey: '' })).not.toContain('pwd=planted');
});

it('says why a bot failed and what to do, in the detail; and a list has the name of the bot', () => {
  const failed = Bot.fromPartial({
    ...{ botId: 'b', state: 'BOT_STATE_FAILED', endReason: 'END_REASON_SIGN_IN_REQUIRED', spec: { botName: 'Scribe' } },
    timeline: [{ state: 'BOT_STATE_FAILED', at: new Date(7800) }],
  });
  const about = {
    captionFile: { available: false },
    transcript: undefined,
    recording: undefined,
    video: { compositions: [], capture: undefined },
    participants: [],
    keyId: '',
  } as const;
  const told = { message: 'Failed: The meeting requires signing in', reason: 'sign-in-required' };
  expect(toBotDetail(failed, about)).toMatchObject({
    ...{ ...told, Status: 'Failed', advice: expect.stringContaining('guest') as string },
    StatusTimeline: { Error: { status: true, ...told } },
    ...{ LastUpdatedAt: 7, NativeSTT: false },
  });
  const { spec, ...bare } = failed;
  expect(spec?.botName).toBe('Scribe');
  expect(toBotDetail({ ...bare, spec: undefined, erasedAt: new Date(1) }, about)).toMatchObject(told);
  expect(toBotListItem(failed, '')).toMatchObject({ bot_name: 'Scribe', BotUsername: 'Scribe' });
});

it('says what is made of the video that was ordered, and of others, and from where the pictures came', () => {
  const bot = Bot.fromPartial({ state: 'BOT_STATE_DONE', spec: { media: { layout: 'VIDEO_LAYOUT_SPEAKER' } } });
  const videoOf = (state: CompositionState | undefined) => {
    const kind = CompositionKind.VIDEO;
    const other = { kind, layout: 'VIDEO_LAYOUT_GRID' as const, state: CompositionState.READY, progress: 1 };
    const ordered = state && { kind, layout: 'VIDEO_LAYOUT_SPEAKER' as const, state, progress: 0.456 };
    const compositions = [other, ...(ordered ? [ordered] : [])].map((each) => Composition.fromPartial(each));
    return toBotDetail(bot, {
      ...{
        captionFile: { available: false },
        transcript: undefined,
        recording: undefined,
        participants: [],
        keyId: '',
      },
      video: { compositions, capture: 'tab' },
    });
  };
  expect(videoOf(undefined)).toMatchObject({ VideoStatus: null, compositions: [{ layout: 'grid_view' }] });
  const running = videoOf(CompositionState.RUNNING);
  expect(running).toMatchObject({ VideoStatus: null, video_capture: 'tab' });
  expect(running.compositions?.[1]).toMatchObject({
    ...{ kind: 'video', layout: 'speaker_view', status: 'composing', progress: 0.46, detail: null },
  });
  const told = [CompositionState.READY, CompositionState.FAILED, CompositionState.SKIPPED].map(videoOf);
  expect(told.map(({ VideoStatus }) => VideoStatus)).toEqual(['Success', 'Failed', 'Skipped']);
});
