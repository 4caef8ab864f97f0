import { createReadStream } from 'node:fs';

/** The bytes of a file as they come. */
export async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path)) if (chunk instanceof Uint8Array) yield chunk;
}

/** What a step took of this process, in seconds of CPU time: user and system, all threads. */
export function cpuSecondsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Most memory that this process had at any time so far. */
export function peakMebibytes(): number {
  return process.resourceUsage().maxRSS / 1024;
}
