import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rotateLogs } from '../../../bin/stack/src/rotate-logs.ts';

it('puts a log that is full aside while its process goes on writing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-logs-'));
  const log = join(folder, 'scheduler.log');
  const process = await open(log, 'a', 0o600);
  try {
    await process.write('first\n');
    rotateLogs(folder, 10);
    expect(await readFile(log, 'utf8')).toBe('first\n');
    await process.write('second\n');
    await writeFile(join(folder, 'other'), 'not a log, and long enough');
    rotateLogs(folder, 10);
    await process.write('third\n');
    expect(await readFile(`${log}.1`, 'utf8')).toBe('first\nsecond\n');
    expect(await readFile(log, 'utf8')).toBe('third\n');
    expect((await stat(`${log}.1`)).mode & 0o777).toBe(0o600);
  } finally {
    await process.close();
    await rm(folder, { recursive: true });
  }
});
