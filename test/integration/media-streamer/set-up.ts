import { afterEach, beforeEach } from 'vitest';
import { FakeTranscriber } from './fake-transcriber.ts';
import { freePort, openStage, type Stage } from './stage.ts';

/** A media-streamer with a transcriber that a test can watch and stop, both anew for each test. */
export interface TranscribedStage {
  readonly stage: Stage;
  readonly transcriber: FakeTranscriber;
}

/** To be called where its hooks shall be. */
export function setUpTranscribedStage(): TranscribedStage {
  let stage: Stage;
  let transcriber: FakeTranscriber;
  beforeEach(async () => {
    const transcriberAddress = `127.0.0.1:${await freePort()}`;
    transcriber = new FakeTranscriber(transcriberAddress);
    await transcriber.start();
    stage = await openStage({ transcriberAddress });
  });
  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
    await transcriber[Symbol.asyncDispose]();
  });
  return {
    get stage() {
      return stage;
    },
    get transcriber() {
      return transcriber;
    },
  };
}
