import { afterEach, beforeEach } from 'vitest';
import { FakeTranscriber } from './fake-transcriber.ts';
import { freePort, openFixture, type Fixture } from './fixture.ts';

/** A media-streamer with a transcriber that a test can watch and stop, both anew for each test. */
export interface TranscribedFixture {
  readonly fixture: Fixture;
  readonly transcriber: FakeTranscriber;
}

/** To be called where its hooks shall be. */
export function setUpTranscribedFixture(): TranscribedFixture {
  let fixture: Fixture;
  let transcriber: FakeTranscriber;
  beforeEach(async () => {
    const transcriberAddress = `127.0.0.1:${await freePort()}`;
    transcriber = new FakeTranscriber(transcriberAddress);
    await transcriber.start();
    fixture = await openFixture({ transcriberAddress });
  });
  afterEach(async () => {
    await fixture[Symbol.asyncDispose]();
    await transcriber[Symbol.asyncDispose]();
  });
  return {
    get fixture() {
      return fixture;
    },
    get transcriber() {
      return transcriber;
    },
  };
}
