import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

export async function readIfPresent(path: string): Promise<Buffer | null> {
  return await ifPresent(readFile(path), null);
}

/** The names in a folder; none where there is no folder. */
export async function listIfPresent(folder: string): Promise<readonly string[]> {
  return await ifPresent(readdir(folder), []);
}

/** What cannot be read for another reason is not absent. */
async function ifPresent<Found, Otherwise>(finding: Promise<Found>, otherwise: Otherwise): Promise<Found | Otherwise> {
  try {
    return await finding;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return otherwise;
    throw error;
  }
}

/** Whoever reads `path` sees the whole content or nothing, also after a power cut. */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(`${path}.new`, 'w', 0o644);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
