import { constants, createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;
const CHUNK_BYTES = 262_144;
const SEGMENT_NAME = /^journal-(\d{8})\.jsonl$/;

/** The writes of a journal, each durable when it resolves; the place where a test makes the disk fail. */
export interface JournalDisk {
  /** Writes all bytes at `position` and makes them durable. */
  write(file: FileHandle, bytes: Uint8Array, position: number): Promise<void>;
  truncate(file: FileHandle, length: number): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(folder: string): Promise<void>;
}

export const realDisk: JournalDisk = {
  async write(file, bytes, position) {
    let written = 0;
    // A full disk takes a part first and fails on the next call.
    while (written < bytes.length) {
      written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
    }
    await file.datasync();
  },
  async truncate(file, length) {
    await file.truncate(length);
    await file.sync();
  },
  async syncFolder(folder) {
    const handle = await open(folder, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

export function segmentPath(folder: string, segment: number): string {
  return join(folder, `journal-${String(segment).padStart(8, '0')}.jsonl`);
}

/** Numbers of the segments in the folder, ascending. */
export async function listSegments(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder);
  const numbers = names.flatMap((name) => {
    const digits = SEGMENT_NAME.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
  return numbers.sort((left, right) => left - right);
}

export async function segmentBytes(folder: string, segment: number): Promise<number> {
  return (await stat(segmentPath(folder, segment))).size;
}

/** The bytes of a segment from `start` up to `end`, piece by piece. */
export function readChunks(folder: string, segment: number, start: number, end: number): AsyncIterable<Buffer> {
  if (start === end) return Readable.from([]);
  return createReadStream(segmentPath(folder, segment), { start, end: end - 1, highWaterMark: CHUNK_BYTES });
}

export async function readSegment(folder: string, segment: number): Promise<Buffer> {
  return await readFile(segmentPath(folder, segment));
}

/** Opens a segment for writing at positions; makes it when it is not there. */
export async function openSegment(folder: string, segment: number): Promise<FileHandle> {
  return await open(segmentPath(folder, segment), constants.O_RDWR | constants.O_CREAT, PRIVATE_FILE);
}

/** Keeps bytes that are about to be cut off, in a file of their own beside the segment. */
export async function keepTorn(disk: JournalDisk, folder: string, segment: number, torn: TornEnd): Promise<string> {
  for (let count = 0; ; count += 1) {
    const path = `${segmentPath(folder, segment)}.torn-${String(torn.offset)}-${String(count)}`;
    const file = await openNew(path);
    if (file === null) continue;
    try {
      await disk.write(file, torn.bytes, 0);
    } finally {
      await file.close();
    }
    await disk.syncFolder(folder);
    return path;
  }
}

/** Bytes after the last whole line. */
export interface TornEnd {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

async function openNew(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'wx', PRIVATE_FILE);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return null;
    throw error;
  }
}
