import { CONTRACT_NAMES } from '../../ledger/deployment.ts';
import type { EvidenceLineOf } from '../../ledger/evidence/evidence-line.ts';
import type { JsonValue } from '../../ledger/json/strict-json.ts';

const MEMBERS = ['block', 'contract', 'data', 'topics', 'type'];
const CONTRACTS: readonly unknown[] = CONTRACT_NAMES;
const MOST_TOPICS = 4;
const WORD = /^0x[0-9a-f]{64}$/;
const HEX = /^0x(?:[0-9a-f]{2})*$/;

/**
 * Whether the value of a canonical line is a log by the schema of such lines, found without the schema: of these there
 * are two or three for every act, and a general parser took as long for them as all hashes of the act. What is not
 * taken here goes to the schema, which decides.
 */
export function isLogLine(value: JsonValue): value is EvidenceLineOf<'log'> & JsonValue {
  if (typeof value !== 'object' || value === null || !('type' in value) || value['type'] !== 'log') return false;
  const { block, contract, data, topics } = value;
  const names = Object.keys(value);
  return (
    names.length === MEMBERS.length &&
    names.every((name, index) => name === MEMBERS[index]) &&
    Number.isSafeInteger(block) &&
    Number(block) >= 0 &&
    CONTRACTS.includes(contract) &&
    typeof data === 'string' &&
    HEX.test(data) &&
    areTopics(topics)
  );
}

function areTopics(value: unknown): boolean {
  if (!Array.isArray(value) || value.length < 1 || value.length > MOST_TOPICS) return false;
  return value.every((topic) => typeof topic === 'string' && WORD.test(topic));
}
