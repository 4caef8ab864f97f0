import type { Act } from './acts.ts';
import type { World } from './world.ts';

/** Where the contracts do not do what their interfaces say; to be empty. */
export const DISAGREEMENTS: readonly { readonly name: string; readonly holds: (world: World, act: Act) => boolean }[] = [];

export function disagreementIn(world: World, act: Act): string | null {
  return DISAGREEMENTS.find(({ holds }) => holds(world, act))?.name ?? null;
}
