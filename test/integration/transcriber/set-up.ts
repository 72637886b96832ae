import { startSandbox, type Sandbox } from '@earshot/sandbox';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { speak } from '../sandbox/speech.ts';
import { trust } from '../transcriber-engines/set-up.ts';
import { startFakeMedia, type FakeMedia } from './fake-media.ts';
import { createGround, startBroker, type Ground } from './harness.ts';

/** What the tests of a file stand on; each test has a ground of its own and no faults of another's. */
export interface GroundSetUp {
  readonly sandbox: Sandbox;
  /** Has one recording of every bot. */
  readonly media: FakeMedia;
  readonly ground: Ground;
}

/** `text` is what the recordings say. To be called where its hooks shall be. */
export function setUpGround(text: string): GroundSetUp {
  let sandbox: Sandbox;
  let broker: Awaited<ReturnType<typeof startBroker>>;
  let media: FakeMedia;
  let ground: Ground;
  beforeAll(async () => {
    sandbox = await startSandbox();
    broker = await startBroker();
    trust(sandbox);
    media = await startFakeMedia((await speak(text)).wav);
  });
  afterAll(async () => {
    await media[Symbol.asyncDispose]();
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
