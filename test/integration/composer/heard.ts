import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MOST_BYTES = 512 * 1024 * 1024;

/** What a player makes of a file: samples at 48 kHz, mono. Throws where it has anything to complain of. */
export async function heardIn(path: string): Promise<Int16Array> {
  const args = ['-v', 'error', '-i', path, '-f', 's16le', '-ar', '48000', '-ac', '1', 'pipe:1'];
  const { stdout, stderr } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: MOST_BYTES });
  if (stderr.length > 0) throw new Error(stderr.toString());
  return new Int16Array(Uint8Array.from(stdout).buffer);
}

/** What ffprobe says of a file's one stream. */
export async function probe(path: string): Promise<Record<string, string | number>> {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_streams', '-of', 'json', path]);
  const { streams } = JSON.parse(stdout) as { streams: Record<string, string | number>[] };
  if (streams.length !== 1) throw new Error('there is not one stream');
  return streams[0]!;
}
