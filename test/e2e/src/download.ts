import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Downloads a file of the API into a folder. */
export async function download(url: string, folder: string, name: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${name}: the link answered ${response.status}`);
  const path = join(folder, name);
  await writeFile(path, Buffer.from(await response.arrayBuffer()));
  return path;
}
