import { expect, it } from 'vitest';
import { decode, likeness, mixed, packetsOf } from '../media-streamer/sound.ts';
import { heardIn, probe } from './heard.ts';
import { makeOf, type Stored, type Visit, type VisitTrack } from './stored-visit.ts';

const RATE = 48_000;
const MS = 48;
const sources = { glide: packetsOf('glide'), hum: packetsOf('hum') };
type Source = keyof typeof sources;
const pcm = { glide: await decode(sources.glide), hum: await decode(sources.hum) };

interface Said {
  readonly source: Source;
  readonly atMs: number;
  /** Packets of 20 ms of its source; all four seconds by default. */
  readonly from?: number;
  readonly to?: number;
}

function trackOf(trackId: string, participantId: string, said: readonly Said[]): VisitTrack {
  const frames = said.flatMap(({ source, atMs, from = 0, to }) =>
    sources[source].slice(from, to).map((payload, index) => ({ atUs: (atMs + index * 20) * 1000, payload })),
  );
  return { trackId, participantId, codec: 'opus', frames };
}

/** What is to be heard, on the recording's timeline. */
function truthOf(said: readonly Said[], durationMs: number): Int16Array {
  const truth = new Int16Array(durationMs * MS);
  for (const { source, atMs, from = 0, to = 201 } of said)
    truth.set(pcm[source].subarray(from * 20 * MS, to * 20 * MS), atMs * MS);
  return truth;
}

const person = (participantId: string, name: string, stays: { joinedMs: number; leftMs: number }[]) => ({
  ...{ participantId, name, stays },
});

/** How like its source each passage of a file is where it belongs, and how many milliseconds it is late. */
async function compare({ info, path }: Stored, said: readonly Said[]) {
  const heard = await heardIn(path);
  const { offsetMs, durationMs } = info;
  expect(Math.abs(heard.length / MS - durationMs)).toBeLessThan(20);
  const inside = said.filter(({ atMs }) => atMs >= offsetMs && atMs < offsetMs + durationMs);
  return inside.map((passage) => {
    const source = pcm[passage.source].subarray((passage.from ?? 0) * 20 * MS, (passage.to ?? 201) * 20 * MS);
    const begin = Math.max(0, (passage.atMs - offsetMs - 20) * MS);
    const found = likeness(source, heard.subarray(begin, begin + source.length + 40 * MS), 40 * MS);
    return { likeness: found.likeness, lateMs: begin / MS + found.shift / MS - (passage.atMs - offsetMs) };
  });
}

const ann: Said[] = [
  { source: 'glide', atMs: 1500 },
  { source: 'glide', atMs: 7013, from: 20, to: 150 },
  // Another track of hers; she was away between.
  { source: 'hum', atMs: 21_007 },
];
const bob: Said[] = [
  { source: 'hum', atMs: 3000, to: 120 },
  { source: 'glide', atMs: 9000 },
];

it('has one file a stay of each participant, every packet at its time', async () => {
  const durationMs = 27_000;
  const visit: Visit = {
    durationMs,
    participants: [
      person('ann', 'Ann', [
        { joinedMs: 500, leftMs: 12_000 },
        { joinedMs: 20_000, leftMs: 0 },
      ]),
      person('silent', 'Sil', [{ joinedMs: 0, leftMs: 0 }]),
      person('bob', 'Bob', [{ joinedMs: 2000, leftMs: 14_000 }]),
    ],
    tracks: [
      trackOf('t1', 'ann', ann.slice(0, 2)),
      trackOf('t3', 'bob', bob),
      trackOf('t2', 'ann', ann.slice(2)),
      trackOf('nobody', '', [{ source: 'hum', atMs: 0 }]),
    ],
  };
  await using made = await makeOf(visit, 'separate-audio');
  expect(made.outcome).toMatchObject({ state: 'ready', artifactId: '' });
  const kind = 'ARTIFACT_KIND_SEPARATE_AUDIO';
  const form = { kind, contentType: 'audio/webm', codec: 'opus', sampleRate: RATE, channels: 1 };
  expect(made.stored.map(({ info }) => info)).toMatchObject([
    { artifactId: 'audio-0-0', participantId: 'ann', participantName: 'Ann', segmentIndex: 0, offsetMs: 500, ...form },
    {
      artifactId: 'audio-0-1',
      participantId: 'ann',
      participantName: 'Ann',
      segmentIndex: 1,
      offsetMs: 20_002,
      ...form,
    },
    { artifactId: 'audio-2-0', participantId: 'bob', participantName: 'Bob', segmentIndex: 0, offsetMs: 2000, ...form },
  ]);
  expect(made.stored.map(({ info }) => Math.round(info.durationMs / 10))).toEqual([1150, 700, 1200]);
  const compared = await Promise.all([ann, ann, bob].map((said, index) => compare(made.stored[index]!, said)));
  process.stdout.write(`${JSON.stringify(compared)}\n`);
  expect(compared.map((passages) => passages.length)).toEqual([2, 1, 2]);
  for (const { path } of made.stored)
    expect(await probe(path)).toMatchObject({ codec_name: 'opus', sample_rate: '48000', channels: 1 });
  const passages = compared.flat();
  for (const passage of passages) expect(passage.likeness).toBeGreaterThan(0.95);
  const late = passages.map(({ lateMs }) => lateMs);
  expect(Math.max(...late) - Math.min(...late)).toBeLessThan(20);
  expect(made.progress.at(-1)).toBe(1);
});

it('mixes the tracks of one who has several at once', async () => {
  const durationMs = 8000;
  const said: Said[] = [
    { source: 'glide', atMs: 1000 },
    { source: 'hum', atMs: 2500 },
  ];
  const visit: Visit = {
    durationMs,
    participants: [person('ann', 'Ann', [{ joinedMs: 0, leftMs: 0 }])],
    tracks: said.map((each, index) => trackOf(`t${index}`, 'ann', [each])),
  };
  await using made = await makeOf(visit, 'separate-audio');
  const [first, second] = said.map((each) => truthOf([each], durationMs));
  const heard = await heardIn(made.stored[0]!.path);
  const found = likeness(mixed(first!, second!), heard, 960);
  expect(found.likeness).toBeGreaterThan(0.95);
  expect(Math.abs(found.shift / MS)).toBeLessThan(10);
  expect(Math.abs(heard.length / MS - durationMs)).toBeLessThan(20);
});

it('cuts a mix by who was marked as speaking, where it is all there is', async () => {
  const durationMs = 13_000;
  const said: Said[] = [
    { source: 'glide', atMs: 1000 },
    { source: 'hum', atMs: 7000 },
  ];
  const mix = truthOf(said, durationMs);
  const visit: Visit = {
    durationMs,
    mix,
    participants: [
      person('ann', 'Ann', [{ joinedMs: 0, leftMs: 0 }]),
      person('bob', 'Bob', [{ joinedMs: 6000, leftMs: 0 }]),
      person('sil', 'Sil', [{ joinedMs: 0, leftMs: 0 }]),
    ],
    tracks: [
      { trackId: 'tap', participantId: '', codec: 'pcm', frames: [{ atUs: 0, payload: new Uint8Array(960 * 2) }] },
    ],
    intervals: [
      { participantId: 'ann', fromMs: 1000, toMs: 3000 },
      { participantId: 'ann', fromMs: 3000, toMs: 5000 },
      { participantId: 'bob', fromMs: 7000, toMs: 11_000 },
    ],
  };
  await using made = await makeOf(visit, 'separate-audio');
  expect(made.stored.map(({ info }) => [info.artifactId, info.participantName, info.offsetMs])).toEqual([
    ['audio-0-0', 'Ann', 0],
    ['audio-1-0', 'Bob', 6000],
  ]);
  for (const [index, file] of made.stored.entries()) {
    const [passage] = await compare(file, [said[index]!]);
    expect(passage!.likeness).toBeGreaterThan(0.95);
    expect(Math.abs(passage!.lateMs)).toBeLessThan(10);
  }
});

it('is skipped, and says why, where nobody is known', async () => {
  const visit = { durationMs: 5000, participants: [], tracks: [trackOf('t', '', [{ source: 'hum', atMs: 0 }])] };
  await using made = await makeOf(visit, 'separate-audio');
  expect(made.outcome).toEqual({ state: 'skipped', detail: 'nobody is known whose audio it is' });
  expect(made.stored).toEqual([]);
});

it('has the mix as Opus, of which an hour is some 20 MB', async () => {
  const durationMs = 12_000;
  const said: Said[] = [
    { source: 'glide', atMs: 100 },
    { source: 'hum', atMs: 5000 },
  ];
  const mix = truthOf(said, durationMs);
  await using made = await makeOf({ durationMs, mix, participants: [], tracks: [] }, 'mixed-opus');
  expect(made.outcome).toEqual({ state: 'ready', artifactId: 'mixed-opus', durationMs });
  const [file] = made.stored;
  expect(file!.info).toMatchObject({ artifactId: 'mixed-opus', contentType: 'audio/ogg', durationMs, codec: 'opus' });
  for (const passage of await compare(file!, said)) {
    expect(passage.likeness).toBeGreaterThan(0.95);
    expect(Math.abs(passage.lateMs)).toBeLessThan(10);
  }
  expect(made.progress.at(-1)).toBe(1);
});
