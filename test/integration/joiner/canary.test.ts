import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLab, type Lab } from '@earshot/lab';

const main = join(import.meta.dirname, '../../../services/joiner/src/canary/main.ts');

describe('the canary', { timeout: 60_000 }, () => {
  let lab: Lab;
  let folder: string;
  beforeAll(async () => {
    lab = await startLab();
    folder = await mkdtemp(join(tmpdir(), 'canary-'));
  });
  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs it as a person does, with the platforms' hosts led to the lab. */
  function fly(link: string, ...words: string[]) {
    const env = {
      ...process.env,
      EGRESS_ALLOW: ['127.0.0.1', ...lab.addresses].join(),
      EGRESS_HOSTS: Object.entries(lab.hosts)
        .map((pair) => pair.join('='))
        .join(),
      BROWSER_ARGS: JSON.stringify(lab.browserArgs),
    };
    const out = join(folder, String(Math.random()));
    const run = Promise.withResolvers<{ code: number; said: string }>();
    const args = ['--disable-warning=ExperimentalWarning', main, link, '--out', out, ...words];
    const child = execFile(process.execPath, args, { env }, (_, stdout, stderr) =>
      run.resolve({ code: child.exitCode ?? -1, said: stdout + stderr }),
    );
    const report = async () => JSON.parse(await readFile(join(out, 'report.json'), 'utf8'));
    return { out, report, ended: run.promise };
  }

  it('says that a platform is as it is known, and shows what it saw', async () => {
    const room = lab.createRoom({ face: 'google-meet', lobby: true });
    const ann = await room.join({ name: 'Ann' });
    const canary = fly(room.link, '--name', 'Birdie', '--seconds', '4');
    await room.waitForKnock('Birdie');
    room.host.admit('Birdie');
    await room.waitForParticipant('Birdie');
    await ann.say('the quick brown fox jumps over the lazy dog');
    const { code, said } = await canary.ended;
    expect({ code, said }).toMatchObject({ code: 0 });
    const report = await canary.report();
    expect(report).toMatchObject({ platform: 'google-meet', verdict: 'matches', problems: [], people: ['Ann'] });
    expect(report.states.map(({ state }: { state: string }) => state)).toEqual(
      expect.arrayContaining(['name', 'admitted']),
    );
    expect(report.taps.encoded).toBeGreaterThan(0);
    const [track] = Object.values<{ voicedPackets: number; loudest: number[] }>(report.tracks);
    expect(track?.voicedPackets).toBeGreaterThan(10);
    expect(Math.min(...(track?.loudest ?? []).filter((level) => level !== null))).toBeLessThan(50);
    expect(Object.keys(report.selectors.hit)).toContain('meet.call.region');
    expect(report.selectors.missed).toContain('meet.captcha');
    const pictures = (await readdir(canary.out)).filter((name) => name.endsWith('.png'));
    expect(pictures.toSorted()).toEqual(report.screenshots.toSorted());
    expect(pictures.some((name) => name.endsWith('admitted.png'))).toBe(true);
    await room.waitUntilGone('Birdie');
    await ann.leave();
  });

  it('says what differs, and what could not be told', async () => {
    const empty = lab.createRoom({ face: 'zoom' });
    const shut = lab.createRoom({ face: 'teams', lobby: true });
    const [inEmpty, outside] = [fly(empty.link, '--seconds', '1'), fly(shut.link, '--wait', '1')];
    expect((await inEmpty.ended).code).toBe(1);
    expect((await inEmpty.report()).problems).toEqual(['nobody else was seen in the meeting', 'no sound arrived']);
    expect((await outside.ended).code).toBe(2);
    expect(await outside.report()).toMatchObject({
      verdict: 'inconclusive',
      ending: { reason: 'waiting-room-timeout' },
    });
  });

  it('says how it is used', async () => {
    const { code, said } = await fly('not a link').ended;
    expect(code).toBe(64);
    expect(said).toContain('bin/canary <meeting link>');
  });
});
