import { LedgerError } from '../errors.ts';
import { firstProblem } from '../json/first-problem.ts';
import type { JsonObject, JsonValue } from '../json/strict-json.ts';
import { type Act, ACT_DEFINITIONS, type ActName } from './act-definitions.ts';

/**
 * A typed act from its JSON form: departments and regions as text, ids and bytes as lower-case hex, `uint256` as
 * decimal strings, everything smaller as numbers. All members, no others. Whether the ledger accepts it is not checked.
 *
 * @throws LedgerError ACT_INVALID with `details.act`, `details.path` and `details.rule` of the first problem
 */
export function parseAct<Name extends ActName>(name: Name, value: JsonValue): Act<Name> {
  const result = ACT_DEFINITIONS[name].schema.safeParse(value);
  if (result.success) return result.data;
  throw new LedgerError('ACT_INVALID', 'Not a valid act', { act: name, ...firstProblem(result.error) });
}

/** The JSON form that {@link parseAct} reads. */
export function actToJson(act: Act): JsonObject {
  const entries = Object.entries(act).map(([key, value]): [string, JsonValue] => [
    key,
    typeof value === 'bigint' ? value.toString() : value,
  ]);
  return Object.fromEntries(entries);
}
