import { audioOnly } from '@earshot/kernel';
import type { Bot, BotSpec, LastCallback } from './bot.ts';

/**
 * What stays of a bot whose data is erased: id, account, times, platform, end reason, state and timeline. What its last
 * callback is made of is kept apart, if there is to be one, until the erasure is `isFinal`.
 */
export function tombstone(bot: Bot, { at, isFinal }: { at: number; isFinal: boolean }): Bot {
  const lastCallback = bot.erasedAt === undefined ? lastCallbackOf(bot.spec) : bot.lastCallback;
  return {
    ...bot,
    spec: bareSpec(bot.spec),
    detail: '',
    orderedByKey: undefined,
    pauseRequested: false,
    outcomes: {},
    erasedAt: bot.erasedAt ?? at,
    lastCallback: isFinal ? undefined : lastCallback,
  };
}

/** The bot as the services see it that send its last callback. */
export function withLastCallback(bot: Bot): Bot {
  if (!bot.lastCallback) return bot;
  const { attributesJson, ...destinations } = bot.lastCallback;
  return {
    ...bot,
    spec: { ...bot.spec, attributesJson, destinations: { ...bot.spec.destinations, ...destinations } },
  };
}

function lastCallbackOf({ destinations, attributesJson }: BotSpec): LastCallback | undefined {
  const { lifecycleUrl, callbackVersion } = destinations;
  return lifecycleUrl === '' ? undefined : { lifecycleUrl, callbackVersion, attributesJson };
}

function bareSpec({ platform, joinAt, retentionHours }: BotSpec): BotSpec {
  return {
    ...{ platform, joinAt, retentionHours, media: audioOnly, speech: undefined },
    ...{ meetingUrl: '', botName: '', chatMessage: '', imageUrl: '', attributesJson: '', requestJson: '', meeting: '' },
    leave: {
      waitingRoomSeconds: 0,
      noOneJoinedSeconds: 0,
      everyoneLeftSeconds: 0,
      voiceInactivitySeconds: 0,
      recordingLimitSeconds: 0,
      recordingDeniedSeconds: 0,
      botDetection: undefined,
    },
    destinations: {
      lifecycleUrl: '',
      callbackVersion: '',
      liveTranscriptWebhookUrl: '',
      liveTranscriptSocketUrl: '',
      liveAudioSocketUrl: '',
      liveVideoSocketUrl: '',
      controlSocketUrl: '',
      participantHooks: [],
    },
  };
}
