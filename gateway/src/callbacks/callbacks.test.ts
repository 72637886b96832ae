import { describe, expect, it } from 'vitest';
import { Bot, type BotSpec } from '@earshot/contract/scheduler/v1/bots.ts';
import { toMessages } from './callbacks.ts';
import type { CallbackEvent } from './callback-event.ts';

const at = new Date('2026-01-02T03:04:05.678Z');
const base = { eventId: 'e1', botId: 'b1', at };

function bot(callbackVersion: string, destinations: Partial<NonNullable<BotSpec['destinations']>> = {}): Bot {
  return Bot.fromPartial({
    botId: 'b1',
    accountId: 'a1',
    spec: {
      platform: 'PLATFORM_GOOGLE_MEET',
      attributesJson: '{"team":"x"}',
      destinations: { lifecycleUrl: 'https://customer.example/hook', callbackVersion, ...destinations },
    },
  });
}

const bodies = (version: string, event: CallbackEvent) =>
  toMessages(bot(version), event).map((message) => JSON.parse(Buffer.from(message.body).toString()));

const story: CallbackEvent[] = [
  { ...base, kind: 'scheduled' },
  { ...base, kind: 'joining' },
  { ...base, kind: 'waiting-room' },
  { ...base, kind: 'in-meeting' },
  { ...base, kind: 'recording-denied' },
  { ...base, kind: 'recording-allowed' },
  { ...base, kind: 'recording' },
  { ...base, kind: 'recording-paused' },
  { ...base, kind: 'recording-resumed' },
  { ...base, kind: 'speech-started', speechId: 's1', source: 'api' },
  { ...base, kind: 'speech-ended', speechId: 's1', source: 'api', outcome: 'completed', heardMs: 1500, totalMs: 1500 },
  { ...base, kind: 'leaving' },
  { ...base, kind: 'stopped', reason: 'END_REASON_EVERYONE_LEFT', isFinal: false },
  { ...base, kind: 'audio-ready', missedMs: 0, keptMs: 60_000, detail: '' },
  { ...base, kind: 'transcript-ready', missedMs: 0, detail: '' },
  { ...base, kind: 'video-ready' },
  { ...base, kind: 'done', transcriptFailure: '', videoFailure: '', missedMs: 0 },
  { ...base, kind: 'erased', deletedObjects: 7 },
];

describe('callbacks of 2025-01', () => {
  it('are the documented ones, with the documented values', () => {
    const told = story.flatMap((event) => bodies('2025-01', event));
    expect(
      told.map((body) => [
        body.bot_status ?? body.audio_status ?? body.transcript_status ?? body.video_status ?? body.status,
        body.status_code,
      ]),
    ).toEqual([
      ['joining', 102],
      ['InMeeting', 200],
      ['Stopped', 500],
      ['Success', 200],
      ['Success', 200],
      ['Success', 200],
      ['success', 200],
    ]);
  });

  it('carry who, when and what the customer wants echoed', () => {
    expect(bodies('2025-01', { ...base, kind: 'joining' })).toEqual([
      {
        bot_id: 'b1',
        event: 'bot.joining',
        bot_event: 'bot.joining',
        bot_status: 'joining',
        message: 'Bot is joining the meeting',
        status_code: 102,
        timestamp: '2026-01-02T03:04:05.678Z',
        custom_attributes: { team: 'x' },
      },
    ]);
    expect(bodies('2025-01', { ...base, kind: 'erased', deletedObjects: 7 })[0]).toMatchObject({
      event: 'data_deletion',
      deleted_objects: 7,
    });
  });

  it('tell of a failing deletion once, and of a refusal by its reason', () => {
    expect(bodies('2025-01', { ...base, kind: 'erasure-failed', attempt: 1 })).toMatchObject([
      { status: 'failed', status_code: 500 },
    ]);
    expect(bodies('2025-01', { ...base, kind: 'erasure-failed', attempt: 2 })).toEqual([]);
    expect(bodies('2025-01', { ...base, kind: 'stopped', reason: 'END_REASON_DENIED', isFinal: true })).toMatchObject([
      { bot_status: 'Stopped', bot_event: 'bot.denied', status_code: 500 },
    ]);
  });
});

describe.each(['2025-01', '2026-06'])('a transcript that lacks speech, in %s', (version) => {
  it('is a success that says how much it lacks, and why', () => {
    const told = bodies(version, { ...base, kind: 'transcript-ready', missedMs: 12_300, detail: 'no credit' });
    expect(told).toMatchObject([
      {
        event: 'transcription.processed',
        transcript_status: 'Success',
        message: 'Transcript processing completed, but 12.3 s of speech are missing: no credit',
        missed_seconds: 12.3,
        status_code: 200,
      },
    ]);
    const whole = bodies(version, { ...base, kind: 'transcript-ready', missedMs: 0, detail: '' });
    expect(whole).toMatchObject([{ message: 'Transcript processing completed successfully' }]);
    expect(whole[0]).not.toHaveProperty('missed_seconds');
  });
});

describe.each(['2025-01', '2026-06'])('a recording that lacks sound, in %s', (version) => {
  const told = (over: { missedMs?: number; detail?: string }) =>
    bodies(version, { ...base, kind: 'audio-ready', missedMs: 0, keptMs: 60_000, detail: '', ...over });

  it('is a success that says how much it lacks', () => {
    expect(told({ missedMs: 10_000 })).toMatchObject([
      {
        event: 'audio.processed',
        audio_status: 'Success',
        message: 'Audio processing completed, but 10 s of sound are missing',
        missed_seconds: 10,
        status_code: 200,
      },
    ]);
    const [whole] = told({});
    expect(whole).toMatchObject({ message: 'Audio processing completed successfully' });
    expect(whole).not.toHaveProperty('missed_seconds');
    expect(whole).not.toHaveProperty('detail');
  });

  it('says how much is kept, and that it was the storage', () => {
    expect(told({ missedMs: 10_000, detail: 'storage_full' })).toMatchObject([
      {
        audio_status: 'Success',
        message: "Audio processing completed, but 10 s of sound are missing: no room in the server's storage",
        ...{ missed_seconds: 10, kept_seconds: 60, detail: 'storage_full', status_code: 200 },
      },
    ]);
    expect(bodies(version, { ...base, kind: 'audio-failed', detail: 'storage_full' })).toMatchObject([
      {
        ...{ event: 'audio.failed', audio_status: 'Failed', status_code: 500, detail: 'storage_full', kept_seconds: 0 },
        message: "Audio processing failed: no room in the server's storage",
      },
    ]);
  });

  it('is a success that says that nothing was heard', () => {
    expect(told({ detail: 'no_audio_received' })).toMatchObject([
      {
        audio_status: 'Success',
        message: 'Audio processing completed, but no audio was received from the meeting',
        detail: 'no_audio_received',
      },
    ]);
    const transcript = bodies(version, { ...base, kind: 'transcript-ready', missedMs: 0, detail: 'no_audio_received' });
    expect(transcript).toMatchObject([
      {
        transcript_status: 'Success',
        message: 'Transcript processing completed, but no audio was received from the meeting',
        detail: 'no_audio_received',
      },
    ]);
  });
});

describe.each(['2025-01', '2026-06'])('a video, in %s', (version) => {
  it.each([
    ['video-ready', '', 'video.processed', 'Success', 200, 'Video processing completed successfully'],
    ['video-failed', 'no room', 'video.failed', 'Failed', 500, 'Video processing failed: no room'],
    ['video-skipped', '', 'video.skipped', 'Skipped', 404, expect.stringContaining('nothing to make a video of')],
  ] as const)('is %s (%s)', (kind, detail, event, video_status, status_code, message) => {
    const [body] = bodies(version, { ...base, kind, detail });
    expect(body).toMatchObject({
      event,
      video_status,
      status_code,
      message,
      bot_id: 'b1',
      timestamp: at.toISOString(),
    });
    expect(body).not.toHaveProperty('bot_event');
  });
});

describe('callbacks of 2026-06', () => {
  it('tell that a recording waits for the storage, in the meeting and after it', () => {
    const waiting = { ...base, kind: 'recording-trouble', detail: 'storage_full', keptMs: 4000 } as const;
    const [inside] = bodies('2026-06', { ...waiting, isOver: false });
    expect(inside).toMatchObject({
      ...{ event: 'bot.error', bot_event: 'bot.error', bot_status: 'InMeeting', status_code: 500 },
      message: "Recording: no room in the server's storage; 4 s are stored, the rest waits for it",
      ...{ detail: 'storage_full', kept_seconds: 4 },
    });
    expect(bodies('2026-06', { ...waiting, isOver: true })).toMatchObject([{ bot_status: 'Stopped' }]);
    expect(bodies('2025-01', { ...waiting, isOver: true })).toEqual([]);
  });

  it('tell every step, count a clean stop as a success, and end with bot.done', () => {
    const told = story.flatMap((event) => bodies('2026-06', event));
    expect(told.map((body) => `${body.event} ${body.status_code}`)).toEqual([
      'bot.scheduled 200',
      'bot.joining 200',
      'bot.in_waiting_room 200',
      'bot.inmeeting 200',
      'bot.recording_permission_denied 200',
      'bot.recording_permission_allowed 200',
      'bot.recording 200',
      'bot.recording_paused 200',
      'bot.recording_resumed 200',
      'bot.speech_started 200',
      'bot.speech_ended 200',
      'bot.leaving 200',
      'bot.stopped 200',
      'audio.processed 200',
      'transcription.processed 200',
      'video.processed 200',
      'bot.done 200',
      'data_deletion 200',
    ]);
  });

  it('tell what the bot says, by its id, and how much of it was heard', () => {
    const speech = { speechId: 's1', source: 'socket' } as const;
    const about = { bot_id: 'b1', bot_status: 'InMeeting', speech_id: 's1', source: 'socket' };
    expect(bodies('2026-06', { ...base, kind: 'speech-started', ...speech })).toEqual([
      {
        ...{ ...about, event: 'bot.speech_started', bot_event: 'bot.speech_started', message: 'Bot begins to speak' },
        ...{ status_code: 200, timestamp: at.toISOString(), custom_attributes: { team: 'x' } },
      },
    ]);
    const ended = (outcome: 'barge-in' | 'muted') =>
      bodies('2026-06', { ...base, kind: 'speech-ended', ...speech, outcome, heardMs: 0, totalMs: 3000 })[0];
    expect(ended('barge-in')).toMatchObject({
      ...{ ...about, event: 'bot.speech_ended', outcome: 'barge-in', heard_ms: 0, total_ms: 3000, status_code: 200 },
    });
    // Not silently: who waits for words of a bot that is muted has to do something about it.
    expect(ended('muted')).toMatchObject({
      outcome: 'muted',
      status_code: 500,
      message: expect.stringMatching(/muted/),
    });
  });

  it('say at the end what became of the transcript', () => {
    const failed = bodies('2026-06', {
      ...base,
      kind: 'done',
      transcriptFailure: 'no credit',
      videoFailure: '',
      missedMs: 0,
    });
    expect(failed).toMatchObject([
      {
        event: 'bot.done',
        bot_status: 'Done',
        message: 'Error: Transcript processing failed: no credit',
        status_code: 500,
      },
    ]);
    const gap = bodies('2026-06', { ...base, kind: 'done', transcriptFailure: '', videoFailure: '', missedMs: 12_300 });
    expect(gap).toMatchObject([
      {
        event: 'bot.done',
        message: 'Bot has finished; 12.3 s of speech are missing in the transcript',
        missed_seconds: 12.3,
        status_code: 200,
      },
    ]);
  });

  it('say at the end what became of the video', () => {
    const ended = (transcriptFailure: string) =>
      bodies('2026-06', { ...base, kind: 'done', transcriptFailure, videoFailure: 'no room', missedMs: 1500 })[0];
    expect(ended('')).toMatchObject({
      ...{ event: 'bot.done', status_code: 500, missed_seconds: 1.5 },
      message: 'Error: Video processing failed: no room',
    });
    expect(ended('no credit')).toMatchObject({
      message: 'Error: Transcript processing failed: no credit; Video processing failed: no room',
    });
  });

  it('say that there was nothing to transcribe', () => {
    expect(bodies('2026-06', { ...base, kind: 'transcript-skipped' })).toMatchObject([
      { event: 'transcription.skipped', transcript_status: 'Skipped', status_code: 200 },
    ]);
    expect(bodies('2025-01', { ...base, kind: 'transcript-skipped' })).toEqual([]);
  });

  it('tell of trouble with live words while the bot stays, which is no end', () => {
    expect(bodies('2026-06', { ...base, kind: 'live-trouble', detail: 'no credit' })).toMatchObject([
      { event: 'bot.error', bot_status: 'InMeeting', message: 'Live transcription: no credit', status_code: 500 },
    ]);
    expect(bodies('2025-01', { ...base, kind: 'live-trouble', detail: 'no credit' })).toEqual([]);
  });

  it('end with bot.done also when the bot never got in', () => {
    const told = bodies('2026-06', {
      ...base,
      kind: 'stopped',
      reason: 'END_REASON_WAITING_ROOM_TIMEOUT',
      isFinal: true,
    });
    expect(told.map((body) => [body.event, body.bot_event, body.bot_status, body.status_code])).toEqual([
      ['bot.stopped', 'bot.notallowed', 'NotAllowed', 500],
      ['bot.done', 'bot.done', 'Done', 200],
    ]);
  });
});

describe('messages', () => {
  it('have ids that a repeated fact repeats', () => {
    const ids = () => toMessages(bot('2025-01'), { ...base, kind: 'joining' }).map((message) => message.messageId);
    expect(ids()).toEqual(['e1-0']);
    expect(ids()).toEqual(ids());
  });

  it('go to the hooks that asked for the event', () => {
    const hooks = [
      {
        url: 'https://customer.example/join',
        onJoin: true,
        onLeave: false,
        onSpeech: false,
        onSpeechOff: false,
        onChat: false,
      },
      {
        url: 'https://customer.example/leave',
        onJoin: false,
        onLeave: true,
        onSpeech: false,
        onSpeechOff: false,
        onChat: false,
      },
    ];
    const joined: CallbackEvent = {
      ...base,
      kind: 'participant-joined',
      participantId: 'p',
      name: 'Alice',
      atMs: 50_792,
    };
    const messages = toMessages(bot('2025-01', { lifecycleUrl: '', participantHooks: hooks }), joined);
    expect(messages.map((message) => message.url)).toEqual(['https://customer.example/join']);
    expect(JSON.parse(Buffer.from(messages[0]?.body ?? []).toString())).toEqual({
      event: 'participant_events.join',
      timestamp: at.toISOString(),
      data: {
        data: {
          action: 'join',
          participant: { id: 'p', name: 'Alice', full_name: 'Alice', platform: 'gmeet' },
          timestamp: { relative: 50.792, absolute: at.toISOString() },
        },
        bot: { id: 'b1', metadata: {} },
      },
      custom_attributes: { team: 'x' },
    });
  });

  it.each([
    ['speech-on', 'participant_events.speech_on', 'onSpeech'],
    ['speech-off', 'participant_events.speech_off', 'onSpeechOff'],
    ['chat-posted', 'participant_events.chat_message', 'onChat'],
  ] as const)('say %s as %s to those who asked for it', (kind, label, flag) => {
    const none = { onJoin: true, onLeave: true, onSpeech: true, onSpeechOff: true, onChat: true };
    const participantHooks = [
      { url: 'https://customer.example/others', ...none, [flag]: false },
      {
        url: 'https://customer.example/it',
        onJoin: false,
        onLeave: false,
        onSpeech: false,
        onSpeechOff: false,
        onChat: false,
        [flag]: true,
      },
    ];
    const event = { ...base, kind, participantId: 'p', name: 'Alice', atMs: 2500, text: 'Hello', messageId: 'm1' };
    const messages = toMessages(bot('2026-06', { participantHooks }), event as CallbackEvent);
    expect(messages.map((each) => [each.url, each.label, each.messageId])).toEqual([
      ['https://customer.example/it', label, 'e1-hook1'],
    ]);
    const action = label.replace('participant_events.', '');
    const chat = { data: { text: 'Hello', to: 'everyone', message_id: 'm1' } };
    expect(JSON.parse(Buffer.from(messages[0]?.body ?? []).toString())).toEqual({
      event: label,
      timestamp: at.toISOString(),
      data: {
        data: {
          action,
          participant: { id: 'p', name: 'Alice', full_name: 'Alice', platform: 'gmeet' },
          timestamp: { relative: 2.5, absolute: at.toISOString() },
          ...(kind === 'chat-posted' && chat),
        },
        bot: { id: 'b1', metadata: {} },
      },
      custom_attributes: { team: 'x' },
    });
  });

  it('name nobody where the page does not say who has written', () => {
    const hook = { url: 'https://a.example', onJoin: false, onLeave: false, onSpeech: false, onSpeechOff: false };
    const posted = {
      kind: 'chat-posted',
      participantId: '',
      name: '',
      atMs: 1,
      text: 'Hello',
      messageId: 'm1',
    } as const;
    const [message] = toMessages(bot('2025-01', { lifecycleUrl: '', participantHooks: [{ ...hook, onChat: true }] }), {
      ...base,
      ...posted,
    });
    expect(JSON.parse(Buffer.from(message!.body).toString())).toMatchObject({
      data: { data: { participant: { id: null, name: 'Unknown' } } },
    });
  });

  it('are none for a bot without a callback address', () => {
    expect(toMessages(bot('2025-01', { lifecycleUrl: '' }), { ...base, kind: 'joining' })).toEqual([]);
  });
});

describe('a transcript that was asked for afterwards', () => {
  const again = { ...base, kind: 'retranscribed', notifyUrl: 'https://customer.example/again' } as const;

  it.each(['2025-01', '2026-06'])('is sent once, to whoever asked, without custom attributes (%s)', (version) => {
    const messages = toMessages(bot(version), { ...again, failure: '' });
    expect(messages.map(({ url }) => url)).toEqual(['https://customer.example/again']);
    const [body] = messages.map((message) => JSON.parse(Buffer.from(message.body).toString()) as object);
    expect(body).toMatchObject({ event: 'transcription.processed', transcript_status: 'Success', status_code: 200 });
    expect(body).not.toHaveProperty('custom_attributes');
  });

  it('gives the reason of a failure', () => {
    const [message] = toMessages(bot('2025-01'), { ...again, failure: 'no credit' });
    expect(JSON.parse(Buffer.from(message!.body).toString())).toMatchObject({
      event: 'transcription.failed',
      transcript_status: 'Failed',
      message: 'Transcript processing error: no credit',
    });
  });

  it('is sent to nobody when nobody wants to know', () => {
    expect(toMessages(bot('2025-01'), { ...again, notifyUrl: '', failure: '' })).toEqual([]);
  });
});
