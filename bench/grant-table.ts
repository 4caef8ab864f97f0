#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

import { type GrantState, GrantTable } from '../ledger/grant-table.ts';
import { endAsWrongUsage, parseOptions } from '../scripts/parse-options.ts';
import { grantIdOf, grantOf } from '../test/ledger/grant-table.factory.ts';

const HELP = `Usage: npm run bench:grant-table -- [options]

Puts the same grants into ledger/grant-table.ts and into a Map of objects, in one run, and prints memory (arrayBuffers
and heap, as the process sees them after a collection) and CPU time per lookup of ids given as text, in an order without
locality.

  --grants N    number of grants (1000000)
  --lookups N   lookups in each round (200000)
  --rounds N    rounds, each side in turn (5)
  --json        one JSON object instead of a table
  --help        this text
`;

interface Store {
  insert(grant: GrantState): unknown;
  get(grantId: GrantState['grantId']): GrantState | null | undefined;
}

interface Measured {
  readonly megabytes: number;
  readonly nanosecondsPerLookup: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = new Script('gc()');

function usedBytes(): number {
  for (let pass = 0; pass < 3; pass += 1) collectGarbage.runInNewContext();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return arrayBuffers + heapUsed;
}

/** Fills the store; what it needs is what the process uses more afterwards. */
function fill(store: Store, grants: number): number {
  const before = usedBytes();
  for (let number = 0; number < grants; number += 1) store.insert(grantOf(number));
  return (usedBytes() - before) / 1e6;
}

/** Every id is a new string, as it comes from a request: a string that was looked up before has its hash at hand. */
function lookUp(store: Store, grants: number, lookups: number): number {
  const ids = someIds(grants, lookups);
  let found = 0;
  const start = process.cpuUsage();
  for (const id of ids) found += store.get(id)?.grantId === id ? 1 : 0;
  const { user, system } = process.cpuUsage(start);
  if (found !== lookups) throw new RangeError('A grant was not found');
  return ((user + system) * 1_000) / lookups;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function someIds(grants: number, count: number): GrantState['grantId'][] {
  return Array.from({ length: count }, (_, at) => grantIdOf((Math.imul(at, 2_654_435_761) >>> 0) % grants));
}

function measure(grants: number, lookups: number, rounds: number): { table: Measured; map: Measured } {
  const table = new GrantTable();
  const map = new MapOfObjects();
  const megabytes = { table: fill(table, grants), map: fill(map, grants) };
  const times = { table: [0], map: [0] };
  for (let round = 0; round < rounds; round += 1) {
    times.table[round] = lookUp(table, grants, lookups);
    times.map[round] = lookUp(map, grants, lookups);
  }
  return {
    table: { megabytes: megabytes.table, nanosecondsPerLookup: median(times.table) },
    map: { megabytes: megabytes.map, nanosecondsPerLookup: median(times.map) },
  };
}

class MapOfObjects implements Store {
  readonly #grants = new Map<string, GrantState>();

  insert(grant: GrantState): void {
    this.#grants.set(grant.grantId, grant);
  }

  get(grantId: GrantState['grantId']): GrantState | undefined {
    return this.#grants.get(grantId);
  }
}

function print({ table, map }: { table: Measured; map: Measured }): string {
  const row = (name: string, { megabytes, nanosecondsPerLookup }: Measured): string =>
    `${name.padEnd(16)}${megabytes.toFixed(1).padStart(10)}${nanosecondsPerLookup.toFixed(0).padStart(12)}\n`;
  const ratio = {
    megabytes: table.megabytes / map.megabytes,
    nanosecondsPerLookup: table.nanosecondsPerLookup / map.nanosecondsPerLookup,
  };
  return (
    `${''.padEnd(16)}${'MB'.padStart(10)}${'ns/lookup'.padStart(12)}\n` +
    row('GrantTable', table) +
    row('Map of objects', map) +
    `${'ratio'.padEnd(16)}${ratio.megabytes.toFixed(3).padStart(10)}${ratio.nanosecondsPerLookup.toFixed(3).padStart(12)}\n`
  );
}

const { values } = parseOptions({
  options: {
    grants: { type: 'string', default: '1000000' },
    lookups: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const counts = [values.grants, values.lookups, values.rounds].map(Number);
if (values.help) {
  process.stdout.write(HELP);
} else if (counts.some((count) => !Number.isSafeInteger(count) || count < 1)) {
  endAsWrongUsage('--grants, --lookups and --rounds are positive integers');
} else {
  const [grants = 1, lookups = 1, rounds = 1] = counts;
  const measured = measure(grants, lookups, rounds);
  process.stdout.write(values.json ? `${JSON.stringify({ grants, ...measured })}\n` : print(measured));
}
