import {
  AudioContainer,
  type AudioFormat,
  type JoinerServiceService,
  type SpeakRequest,
  type SpeakStart,
} from '@earshot/contract/joiner/v1/joiner.ts';
import { AppError, SECOND, type AccountId, type BotId } from '@earshot/kernel';
import { accountOfCall, type CallContext, type Handlers } from '@earshot/rpc';
import type { Picture } from '../domain/picture.ts';
import type { BotSpeaker, Queued } from '../speech/bot-speaker.ts';
import { MAX_AUDIO_BYTES, readAudio, type AudioForm } from '../speech/read-audio.ts';

/** Characters of a text. */
const LONGEST_TEXT = 4000;
/** A timer holds no more than 2^31 ms; a meeting lasts less. */
const LONGEST_DISPLAY_SECONDS = 24 * 60 * 60;
/** Sounds of one bot that are received at a time: each may be 11 MB. */
const MAX_RECEIVING = 4;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A bot as it is called from outside. */
export interface CallableBot {
  readonly accountId: AccountId;
  readonly isInMeeting: boolean;
  readonly speaker: BotSpeaker;
  /** For so long, milliseconds; zero: until another comes. */
  readonly showImage: (picture: Picture, displayMs: number) => void;
}

export interface JoinerServiceDeps {
  /** The bot, if this joiner has it. */
  readonly find: (botId: BotId) => CallableBot | undefined;
  readonly fetchPicture: (url: string) => Promise<{ readonly picture: Picture } | { readonly problem: string }>;
}

/** What a bot does in its meeting at once, for the account that has it. */
export function joinerService({ find, fetchPicture }: JoinerServiceDeps): Handlers<typeof JoinerServiceService> {
  const receiving = new Map<string, number>();

  /** Throws as the contract has it for a bot that is not here, not theirs, or not inside. */
  function botOf(botId: string, call: CallContext): CallableBot {
    const bot = find(botId as BotId);
    if (!bot) throw new AppError('not-found', 'this joiner has no such bot', { fields: { botId } });
    if (bot.accountId !== accountOfCall(call)) throw new AppError('permission-denied', 'the bot is of another account');
    if (!bot.isInMeeting) throw new AppError('failed-precondition', 'the bot is not in its meeting');
    return bot;
  }

  async function receive(botId: string, requests: AsyncIterator<SpeakRequest>): Promise<Buffer> {
    const others = receiving.get(botId) ?? 0;
    if (others >= MAX_RECEIVING) throw new AppError('resource-exhausted', 'too much audio for this bot is under way');
    receiving.set(botId, others + 1);
    try {
      return await readChunks(requests);
    } finally {
      const left = (receiving.get(botId) ?? 1) - 1;
      if (left === 0) receiving.delete(botId);
      else receiving.set(botId, left);
    }
  }

  function say(bot: CallableBot, start: SpeakStart, requests: AsyncIterator<SpeakRequest>): Promise<Queued> {
    const { botId, speechId, content } = start;
    if (content?.$case === 'text') return bot.speaker.sayText(speechId, checkedText(content.value));
    if (content?.$case !== 'audio') throw new AppError('invalid-argument', 'start: has neither text nor audio');
    const form = toForm(content.value);
    return bot.speaker.sayAudio(speechId, async () => readAudio(form, await receive(botId, requests)));
  }

  return {
    async *speak(requests, call) {
      const iterator = requests[Symbol.asyncIterator]();
      const first = await iterator.next();
      const message = first.done ? undefined : first.value.message;
      if (message?.$case !== 'start') throw new AppError('invalid-argument', 'the first message must be start');
      const start = message.value;
      if (!UUID.test(start.speechId)) throw new AppError('invalid-argument', 'speech_id: must be a UUID');
      yield await say(botOf(start.botId, call), start, iterator);
    },

    async stopSpeaking({ botId }, call) {
      return { speechIds: [...botOf(botId, call).speaker.interrupt('interrupted')] };
    },

    async showImage({ botId, url, displaySeconds }, call) {
      const bot = botOf(botId, call);
      if (displaySeconds > LONGEST_DISPLAY_SECONDS)
        throw new AppError('invalid-argument', `display_seconds: must be at most ${LONGEST_DISPLAY_SECONDS}`);
      const fetched = await fetchPicture(url);
      if ('problem' in fetched)
        throw new AppError('invalid-argument', `url: the image cannot be had (${fetched.problem})`);
      bot.showImage(fetched.picture, displaySeconds * SECOND);
      return {};
    },
  };
}

/** Throws `cancelled` for audio without its end: requests also end where the caller gives up in the middle of it. */
async function readChunks(requests: AsyncIterator<SpeakRequest>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for (let next = await requests.next(); !next.done; next = await requests.next()) {
    const { message } = next.value;
    if (message?.$case !== 'chunk') throw new AppError('invalid-argument', 'behind start there are only chunks');
    if (message.value.length === 0) return Buffer.concat(chunks);
    bytes += message.value.length;
    if (bytes > MAX_AUDIO_BYTES) throw new AppError('resource-exhausted', 'the audio is longer than 60 s');
    chunks.push(message.value);
  }
  throw new AppError('cancelled', 'the audio was given up before its end');
}

function checkedText(text: string): string {
  const trimmed = text.trim();
  if (trimmed !== '' && text.length <= LONGEST_TEXT) return trimmed;
  throw new AppError('invalid-argument', `text: must be 1 to ${LONGEST_TEXT} characters`);
}

function toForm({ container, sampleRate, channels }: AudioFormat): AudioForm {
  switch (container) {
    case AudioContainer.WAV:
      return { container: 'wav' };
    case AudioContainer.OGG_OPUS:
      return { container: 'ogg-opus' };
    case AudioContainer.RAW:
      return { container: 'raw', sampleRate, channels };
    default:
      throw new AppError('invalid-argument', 'container: must be WAV, Ogg with Opus, or raw');
  }
}
