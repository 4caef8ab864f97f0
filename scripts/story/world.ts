import { z } from 'zod';

import { GatewayClient } from '../../cli/gateway-client.ts';
import type { CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import { DEPARTMENT_KEYS, type DepartmentKey } from '../samples/departments.ts';
import type { KeyFolder } from '../samples/key-folder.ts';
import { sampleResources } from '../samples/resources.ts';
import type { Recorded } from './carry-act.ts';
import { fact, type Fact } from './narrator.ts';
import { openPrincipal, type Principal } from './principal.ts';
import { StoryError } from './story-error.ts';

/** Everyone and everything that the story is about. */
export interface World {
  readonly principals: ReadonlyMap<DepartmentKey, Principal>;
  principal(key: DepartmentKey): Principal;
  entry(resourceCode: string): CatalogEntry;
  /** The history heads as the gateway proved them last. */
  heads(): Promise<Heads>;
  close(): Promise<void>;
}

const headSchema = z.object({ seq: z.number(), head: z.string() });
const chainSchema = z.object({
  block: z.object({ number: z.number(), hash: z.string() }),
  heads: z.record(z.string(), headSchema),
});
export type Heads = z.infer<typeof chainSchema>;

export async function openWorld(keys: KeyFolder, sharedOffice: string, gatewayUrl: string): Promise<World> {
  const options = { keys, sharedOffice, gatewayUrl };
  const opened = DEPARTMENT_KEYS.map(async (key) => [key, await openPrincipal(key, options)] as const);
  const principals = new Map(await Promise.all(opened));
  const entries = new Map(sampleResources().map(({ entry }) => [entry.resourceCode, entry]));
  const reader = new GatewayClient({ url: gatewayUrl, key: null, pinnedKeyId: null });
  return {
    principals,
    principal: (key) => required(principals.get(key), key),
    entry: (resourceCode) => required(entries.get(resourceCode), resourceCode),
    heads: async () => chainSchema.parse((await reader.getPublic('/v1/chain')).body),
    close: async () => {
      await reader.close();
      await Promise.all(Array.from(principals.values(), async ({ client }) => await client.close()));
    },
  };
}

/** The facts that prove an entry of the ledger: its block, and the history head that the gateway proved after it. */
export async function proofOf(world: World, contract: string, recorded: Recorded): Promise<Fact[]> {
  const { heads } = await world.heads();
  const { seq, head } = required(heads[contract], contract);
  return [
    fact('block', ['block', '区块'], `${String(recorded.block)} ${recorded.blockHash}`),
    fact('history', [`${contract} entries, head`, '历史条数与链头'], `${String(seq)} ${head}`),
  ];
}

function required<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new StoryError('UNEXPECTED_ANSWER', `There is no ${what}`);
  return value;
}
