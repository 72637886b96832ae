import { startSandbox, type Sandbox } from '@earshot/sandbox';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { speak } from '../sandbox/speech.ts';
import { trust } from '../transcriber-engines/fixture.ts';
import { startFakeMedia, type FakeMedia } from './fake-media.ts';
import { startBroker } from '@earshot/harness';
import { createGround, type Ground } from './fixture.ts';

/** The fixture of a file's tests; each test has a ground of its own and no faults of another's. */
export interface GroundSetUp<Media> {
  readonly sandbox: Sandbox;
  /** Where recordings are read. */
  readonly media: Media;
  readonly ground: Ground;
}

/** One recording of every bot, which says `text`. */
export const recordingOf = (text: string) => async (): Promise<FakeMedia> => startFakeMedia((await speak(text)).wav);

/** To be called where its hooks shall be; `openMedia` is called before the first test. */
export function setUpGround<Media extends AsyncDisposable | undefined>(
  openMedia: () => Promise<Media>,
): GroundSetUp<Media> {
  let sandbox: Sandbox;
  let broker: Awaited<ReturnType<typeof startBroker>>;
  let media: Media;
  let ground: Ground;
  beforeAll(async () => {
    sandbox = await startSandbox();
    broker = await startBroker();
    trust(sandbox);
    media = await openMedia();
  });
  afterAll(async () => {
    await media?.[Symbol.asyncDispose]();
    await broker[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    sandbox.faults.clear();
    ground = await createGround({ sandbox, natsUrl: broker.natsUrl });
  });
  afterEach(() => ground[Symbol.asyncDispose]());
  return {
    get sandbox() {
      return sandbox;
    },
    get media() {
      return media;
    },
    get ground() {
      return ground;
    },
  };
}
