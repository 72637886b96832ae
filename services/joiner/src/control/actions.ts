import { platformOf, type Platform } from '@earshot/kernel';
import { pictureProblem, readPicture, type Picture } from '../domain/picture.ts';
import type { BotSpeaker } from '../speech/bot-speaker.ts';
import type { AudioInlet } from './audio-inlet.ts';
import type { Budget } from './budget.ts';
import { CommandError } from './command-error.ts';
import type { CommandName, ControlCommand } from './commands.ts';

/** What a bot can be commanded to. */
export interface Controlled {
  readonly speaker: Pick<BotSpeaker, 'interrupt'>;
  /** Writes into the meeting's chat; resolves with whether it was sent. */
  readonly writeChat: (text: string) => Promise<boolean>;
  /** It stays until another comes. */
  readonly showImage: (picture: Picture) => void;
  /** Of an address that the customer chose. */
  readonly fetchPicture: (url: string) => Promise<{ readonly picture: Picture } | { readonly problem: string }>;
}

export interface ActionDeps extends Controlled {
  readonly platform: Platform;
  readonly audio: AudioInlet;
  readonly budget: Budget;
}

type Value<Name extends CommandName> = Extract<ControlCommand, { name: Name }>['value'];
type Action<Name extends CommandName> = (value: Value<Name>) => Promise<void> | void;
export type Actions = { readonly [Name in CommandName]: Action<Name> };

/** Messages that wait for the chat of a page, and addresses that are being fetched. */
const MAX_WAITING = 16;
const MAX_FETCHES = 2;
/** Of resampling in another form, and of a picture that a browser decodes: as much as so many seconds of audio. */
const FORMAT_COST = 1;
const PICTURE_COST = 5;

/** What each command has a bot do. Each throws CommandError where it does not. */
export function createActions(deps: ActionDeps): Actions {
  const { audio, speaker, budget } = deps;
  const interrupt = () => {
    audio.clear();
    speaker.interrupt('interrupted');
  };
  const chat = createChat(deps);
  const images = createImages(deps);
  return {
    sendaudio({ audiochunk: bytes, sample_rate: sampleRate, channels }) {
      // How some clients end what is being said.
      if (bytes.length === 0) return interrupt();
      const format = { sampleRate, channels };
      if (!audio.continues(format) && !budget.admitsWork(FORMAT_COST))
        throw new CommandError('rate_limited', 'the form of the audio changes too often');
      audio.push({ bytes, format });
    },
    interrupt,
    sendmsg: ({ message }) => chat(message),
    sendchat({ role, text, is_final: isFinal }) {
      if (isFinal) return chat(role === 'user' ? quoted(text) : text);
    },
    sendimg({ img }) {
      const picture = readPicture(img);
      if (!picture) throw new CommandError('invalid_command', 'img: must be a JPEG, a PNG or a GIF');
      const problem = pictureProblem(picture);
      if (problem) throw new CommandError('invalid_command', `img: ${problem}`);
      images.show(picture);
    },
    sendimg_url: ({ img_url: url }) => images.fetch(url),
    ack() {},
  };
}

/** What somebody else has said, in the bot's name. */
function quoted(text: string): string {
  return text.replaceAll(/^/gm, '> ');
}

function createChat({ platform, writeChat }: ActionDeps) {
  const { longestMessage } = platformOf(platform);
  let waiting = 0;
  return async (text: string): Promise<void> => {
    if (text.length > longestMessage)
      throw new CommandError(
        'too_long',
        `the message is longer than the ${longestMessage} characters of this platform`,
      );
    if (waiting >= MAX_WAITING) throw new CommandError('rate_limited', `${MAX_WAITING} messages wait to be sent`);
    waiting += 1;
    try {
      if (!(await writeChat(text))) throw new CommandError('not_sent', 'the message could not be sent to the chat');
    } finally {
      waiting -= 1;
    }
  };
}

function createImages({ budget, showImage, fetchPicture }: ActionDeps) {
  let last = 0;
  let fetching = 0;
  const check = () => {
    if (!budget.admitsWork(PICTURE_COST)) throw new CommandError('rate_limited', 'images come too fast');
  };
  return {
    show(picture: Picture): void {
      check();
      last += 1;
      showImage(picture);
    },
    async fetch(url: string): Promise<void> {
      if (fetching >= MAX_FETCHES) throw new CommandError('rate_limited', `${MAX_FETCHES} images are being fetched`);
      check();
      const own = ++last;
      fetching += 1;
      try {
        const fetched = await fetchPicture(url);
        if ('problem' in fetched)
          throw new CommandError('image_unavailable', `img_url: the image cannot be had (${fetched.problem})`);
        // Of several the one that was asked for last is shown, however long each took.
        if (own === last) showImage(fetched.picture);
      } finally {
        fetching -= 1;
      }
    },
  };
}
