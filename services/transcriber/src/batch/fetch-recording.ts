import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Artifact, type MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { AppError, MINUTE } from '@earshot/kernel';
import type { RpcClient } from '@earshot/rpc';

export type MediaClient = RpcClient<typeof MediaServiceService>;

const TIMEOUT_MS = 10 * MINUTE;

export interface FetchedRecording extends AsyncDisposable {
  readonly path: string;
}

/** A bot's recording as a file of its own, which goes when it is disposed. `unavailable` when it did not come whole. */
export async function fetchRecording(
  media: Pick<MediaClient, 'readRecording'>,
  botId: string,
  signal: AbortSignal,
): Promise<FetchedRecording> {
  const directory = await mkdtemp(join(tmpdir(), 'earshot-recording-'));
  const dispose = () => rm(directory, { recursive: true, force: true });
  const path = join(directory, 'recording.wav');
  try {
    const answers = media.readRecording(
      { botId, artifact: Artifact.MIXED_AUDIO, artifactId: '' },
      { signal, timeoutMs: TIMEOUT_MS },
    );
    let expected = 0;
    let received = 0;
    await pipeline(async function* () {
      for await (const { totalBytes, chunk } of answers) {
        expected ||= totalBytes;
        received += chunk.length;
        yield chunk;
      }
    }, createWriteStream(path));
    if (received !== expected) {
      throw new AppError('unavailable', 'the recording did not come whole', { fields: { botId, expected, received } });
    }
    return { path, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
