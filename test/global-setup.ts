import { buildIfChanged } from '../scripts/compile-contracts.ts';

/** Compiles the contracts once before all tests, and only when a source has changed since the last time. */
export async function setup(): Promise<void> {
  await buildIfChanged();
}
