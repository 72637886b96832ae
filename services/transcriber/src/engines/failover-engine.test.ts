import { AppError, silentLog, type ErrorCode } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { FailoverEngine, ProviderChain } from './failover-engine.ts';
import type { CloseReason, EngineOptions, OpenOptions } from './speech-engine.ts';

const word = { text: 'word', punctuated: 'word', startMs: 0, endMs: 400, confidence: 1 };
const final = { text: 'word', words: [word], startMs: 0, endMs: 400, isEndOfSpeech: true };

/** A provider whose next sessions are refused for these reasons, and open after that; it keeps what it was asked for. */
function createProvider(name: string, refusals: ErrorCode[] = []) {
  const opened: EngineOptions[] = [];
  const sessions: { readonly options: OpenOptions; end(reason: CloseReason): void }[] = [];
  const engine = {
    async open(options: OpenOptions) {
      opened.push(options.engineOptions);
      const code = refusals.shift();
      if (code) throw new AppError(code, `${name} refuses`);
      const { promise: closed, resolve } = Promise.withResolvers<CloseReason>();
      sessions.push({ options, end: resolve });
      return { send() {}, finalize() {}, close: () => closed, closed };
    },
  };
  const toOptions = (ordered: EngineOptions) => ({ ...ordered, of: name });
  return { name, engine, toOptions, opened, sessions };
}

function setUp(first: ErrorCode[] = [], second: ErrorCode[] = []) {
  const [one, two] = [createProvider('one', first), createProvider('two', second)];
  const chain = new ProviderChain([one, two], silentLog);
  const { signal } = new AbortController();
  const options = { sampleRate: 16_000, engineOptions: { language: 'de' }, signal, onPartial() {}, onFinal() {} };
  const forTrack = () => {
    const engine = new FailoverEngine(chain);
    return { engine, open: () => engine.open(options) };
  };
  return { one, two, forTrack, ...forTrack() };
}

const lost: CloseReason = { kind: 'failed', error: new AppError('unavailable', 'gone') };

it('asks the second provider at once when the first one refuses twice in a row, in its own words', async () => {
  const { one, two, engine, open } = setUp(['unavailable', 'unavailable']);
  await expect(open()).rejects.toThrow('one refuses');
  expect(engine.name).toBe('one');
  await open();
  expect([one.opened.length, two.opened]).toEqual([2, [{ language: 'de', of: 'two' }]]);
  expect(engine.name).toBe('two');
});

it('asks the second provider at once when the key of the first one is refused, and neither for what nobody could do', async () => {
  const refused = setUp(['unauthenticated']);
  await refused.open();
  expect(refused.engine.name).toBe('two');
  const impossible = setUp(['invalid-argument', 'invalid-argument', 'invalid-argument']);
  for (let times = 0; times < 3; times++) await expect(impossible.open()).rejects.toThrow('one refuses');
  expect(impossible.two.opened).toEqual([]);
});

it('says of a session that breaks off whether another provider has the next, and counts anew after finished words', async () => {
  const { one, open, engine } = setUp();
  for (const { hasFinal, kind } of [
    { hasFinal: false, kind: 'failed' },
    { hasFinal: true, kind: 'failed' },
    { hasFinal: false, kind: 'failed-over' },
  ] as const) {
    const session = await open();
    const { options, end } = one.sessions.at(-1)!;
    options.onPartial(final);
    if (hasFinal) options.onFinal(final);
    end(lost);
    expect((await session.closed).kind).toBe(kind);
    expect((await session.close()).kind).toBe(kind);
  }
  expect(engine.name).toBe('one');
  await open();
  expect(engine.name).toBe('two');
});

it('has the sessions of other tracks with the first provider failed over at once, and none that ended properly', async () => {
  const { one, open, forTrack } = setUp();
  const [ada, ben] = [await forTrack().open(), await forTrack().open()];
  for (let times = 0; times < 2; times++) {
    const session = await open();
    one.sessions.at(-1)!.end(lost);
    await session.closed;
  }
  one.sessions[0]!.end(lost);
  one.sessions[1]!.end({ kind: 'closed' });
  expect([(await ada.closed).kind, (await ben.closed).kind]).toEqual(['failed-over', 'closed']);
});

it('goes back to the first provider for good when the second one refuses', async () => {
  const { one, two, engine, open } = setUp(['resource-exhausted', 'resource-exhausted'], ['unauthenticated']);
  await expect(open()).rejects.toThrow('one refuses');
  const session = await open();
  expect([one.opened.length, two.opened.length, engine.name]).toEqual([3, 1, 'one']);
  for (let again = session, times = 0; times < 3; times++, again = await open()) {
    one.sessions.at(-1)!.end(lost);
    expect((await again.closed).kind).toBe('failed');
  }
  expect(two.opened).toHaveLength(1);
});
