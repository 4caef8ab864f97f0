import { canonicalText } from '../../ledger/canonical-json.ts';
import { type EvidenceLine, evidenceLineSchema } from '../../ledger/evidence/evidence-line.ts';
import { EVIDENCE_FORMAT, MAX_LINE_DEPTH } from '../../ledger/evidence/limits.ts';
import { firstProblem } from '../../ledger/json/first-problem.ts';
import { isObject } from '../../ledger/json/is-object.ts';
import { isNormalText } from '../../ledger/json/normal-text.ts';
import type { JsonValue } from '../../ledger/json/strict-json.ts';
import type { Facts } from '../findings.ts';
import { isLogLine } from './log-line.ts';

export type ParsedLine =
  | { readonly line: EvidenceLine; readonly code: null }
  | { readonly code: 'LINE_NOT_CANONICAL' | 'LINE_INVALID'; readonly facts: Facts };

const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACE = 0x7d;
const CLOSING_BRACKET = 0x5d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A line of the bundle. Its bytes must be those that its value is written as again, so that a member given twice, a
 * number or a string in another spelling and every space show; nothing else has to be looked for in the text.
 */
export function parseLine(bytes: Uint8Array): ParsedLine {
  const value = parseCanonical(bytes);
  if (typeof value === 'string') return { code: 'LINE_NOT_CANONICAL', facts: { why: value } };
  if (isLogLine(value.json)) return { line: value.json, code: null };
  const result = evidenceLineSchema.safeParse(value.json);
  if (result.success) return { line: result.data, code: null };
  return { code: 'LINE_INVALID', facts: { ...firstProblem(result.error) } };
}

/** Whether a first line says that it is of this format; what else is wrong with it is a finding. */
export function isHeader(bytes: Uint8Array): boolean {
  const value = parseCanonical(bytes);
  if (typeof value === 'string' || !isObject(value.json)) return false;
  return value.json['type'] === 'header' && value.json['format'] === EVIDENCE_FORMAT;
}

/** The value, or why there is none. */
function parseCanonical(bytes: Uint8Array): { readonly json: JsonValue } | string {
  if (depthOf(bytes) > MAX_LINE_DEPTH) return 'DEPTH';
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    return error instanceof SyntaxError ? 'SYNTAX' : 'UTF8';
  }
  if (!isExact(value)) return 'VALUE';
  if (!isCanonical(value, text)) return 'NOT_CANONICAL';
  // As many characters as bytes are ASCII, of which nothing has to be looked for; and a part of a normal text is normal.
  // But a mark behind an escape, as in "\n\u0301" written out, would be composed with its last letter.
  if (text.length !== bytes.length && !isNormalText(text) && !isNormal(value)) return 'CHARACTERS';
  return { json: value };
}

/** Half of a surrogate pair has no canonical form at all. The text is that of the bytes and of no others. */
function isCanonical(value: JsonValue, text: string): boolean {
  try {
    return canonicalText(value) === text;
  } catch {
    return false;
  }
}

/** How deep arrays and objects are nested, found without nesting anything. */
function depthOf(bytes: Uint8Array): number {
  let [depth, deepest] = [0, 0];
  let isText = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (isText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) {
      isText = true;
    } else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
      depth -= 1;
    }
  }
  return deepest;
}

/** Whether every string and every name of a member is, for itself. */
function isNormal(value: JsonValue): boolean {
  if (typeof value === 'string') return isNormalText(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, member]) => isNormalText(name) && isNormal(member));
}

/** Numbers of a bundle are exact integers, and no member sets a prototype, for readers in any language. */
function isExact(value: unknown): value is JsonValue {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Object.hasOwn(value, '__proto__')) return false;
  return Array.isArray(value) ? value.every(isExact) : Object.values(value).every(isExact);
}
