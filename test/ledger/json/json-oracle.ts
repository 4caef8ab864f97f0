import type { MalformedReason } from '../../../ledger/json/malformed.ts';

/**
 * A second implementation of the strict rules, on purpose another kind: it asks JSON.parse whether the text is JSON
 * and then looks at its tokens.
 */
export interface Verdict {
  /** Undefined when JSON.parse refuses. */
  readonly value: unknown;
  readonly isJson: boolean;
  readonly defects: ReadonlySet<MalformedReason>;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[[\]{}:,]|true|false|null/gs;
const MAX_DEPTH = 32;

export function judge(bytes: Uint8Array): Verdict {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    return { value: undefined, isJson: false, defects: new Set() };
  }
  const tokens = text.match(TOKEN) ?? [];
  return { value, isJson: true, defects: new Set([...tokens.flatMap(tokenDefects), ...shapeDefects(tokens)]) };
}

function tokenDefects(token: string, index: number, tokens: readonly string[]): MalformedReason[] {
  if (token.startsWith('"')) return stringDefects(JSON.parse(token) as string, tokens[index + 1] === ':');
  return /^[-\d]/.test(token) ? numberDefects(token) : [];
}

function stringDefects(text: string, isKey: boolean): MalformedReason[] {
  const defects: MalformedReason[] = [];
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  if (points.some((point) => point >= 0xd800 && point <= 0xdfff)) defects.push('LONE_SURROGATE');
  if (points.some((point) => (point & 0xfffe) === 0xfffe || (point >= 0xfdd0 && point <= 0xfdef))) {
    defects.push('NONCHARACTER');
  }
  if (/\p{Cn}/u.test(text)) defects.push('UNASSIGNED');
  if (text.normalize('NFC') !== text) defects.push('NOT_NFC');
  if (/\p{M}{31}/u.test(text)) defects.push('COMBINING_RUN');
  if (isKey && ['__proto__', 'prototype', 'constructor'].includes(text)) defects.push('FORBIDDEN_KEY');
  return defects;
}

function numberDefects(token: string): MalformedReason[] {
  const value = Number(token);
  if (!Number.isFinite(value)) return ['NUMBER_OUT_OF_RANGE'];
  if (Number.isInteger(value) && Math.abs(value) >= 2 ** 53) return ['NUMBER_OUT_OF_RANGE'];
  if (!isSameDecimal(token, JSON.stringify(value))) return ['NUMBER_INEXACT'];
  return Object.is(value, -0) ? ['NUMBER_NEGATIVE_ZERO'] : [];
}

/** Compares as integers after scaling both by the same power of ten. */
function isSameDecimal(left: string, right: string): boolean {
  const [a, b] = [toScaled(left), toScaled(right)];
  if (a.integer === 0n || b.integer === 0n) return a.integer === b.integer;
  const least = Math.min(a.power, b.power);
  if (Math.max(a.power, b.power) - least > 5000) return false;
  return a.integer * 10n ** BigInt(a.power - least) === b.integer * 10n ** BigInt(b.power - least);
}

function toScaled(token: string): { integer: bigint; power: number } {
  const [, sign, whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? [];
  const magnitude = BigInt(whole + fraction);
  return { integer: sign === '-' ? -magnitude : magnitude, power: Number(power) - fraction.length };
}

function shapeDefects(tokens: readonly string[]): MalformedReason[] {
  const defects: MalformedReason[] = [];
  const open: Set<string>[] = [];
  tokens.forEach((token, index) => {
    if (token === '{' || token === '[') open.push(new Set());
    if (token === '}' || token === ']') open.pop();
    if (open.length > MAX_DEPTH) defects.push('DEPTH');
    if (tokens[index + 1] !== ':') return;
    const key = JSON.parse(token) as string;
    const keys = open.at(-1);
    if (keys?.has(key) === true) defects.push('DUPLICATE_KEY');
    keys?.add(key);
  });
  return defects;
}
