import { canonicalBytes } from '../../ledger/canonical-json.ts';
import type { JsonObject, JsonValue } from '../../ledger/json/strict-json.ts';
import { besideSignatureOf, topicOf } from '../../verifier/ledger/events.ts';
import { encodeLines, endLine } from './evidence-bundle.ts';
import type { PaperGateway } from './paper-gateway.ts';

const SIGNED = topicOf(besideSignatureOf('ActSigned'));

/** One changed bundle. `how` names what was done, `where` the line that it was done to, from 1 on. */
export interface Tampered {
  readonly how: string;
  readonly where: number;
  readonly bytes: Uint8Array;
}

/** How the end line is made: left as it was, with the right count and hash, or signed anew by the exporter itself. */
export type Ending = 'kept' | 'recomputed' | 'signed';

/** A sound bundle, as bytes and as values, with the key of its exporter for those who forge with it. */
export interface Target {
  readonly bytes: Buffer;
  readonly values: readonly JsonObject[];
  /** Type of each line; that of a log with a signature is `signature`. */
  readonly types: readonly string[];
  readonly gateway: PaperGateway;
}

export function targetOf(bytes: Buffer, gateway: PaperGateway): Target {
  const lines = bytes.toString().split('\n').slice(0, -1);
  const values = lines.map((line) => JSON.parse(line) as JsonObject & { readonly type: string });
  return { bytes, gateway, values, types: values.map((line) => (isSignature(line) ? 'signature' : line.type)) };
}

function isSignature({ type, topics }: JsonObject): boolean {
  return type === 'log' && (topics as readonly string[])[0] === SIGNED;
}

/** The body with an end as the forger can make it. */
export function finish(target: Target, body: Buffer, ending: Ending): Buffer {
  const end = target.values.at(-1)!;
  if (ending === 'kept') return Buffer.concat([body, encodeLines([end])]);
  return Buffer.concat([
    body,
    endLine(body, target.gateway, ending === 'signed' ? undefined : (end['signature'] as string)),
  ]);
}

/** Every byte of the file, each changed to one other value: by `step` bytes, beginning with `first`. */
export function* flippedBytes({ bytes }: Target, first: number, step: number, bit = 0): Generator<Tampered> {
  let line = 1;
  let from = 0;
  for (let at = first; at < bytes.length; at += step) {
    for (; from < at; from += 1) line += bytes[from] === 0x0a ? 1 : 0;
    const changed = Buffer.from(bytes);
    changed[at] = changed[at]! ^ (1 << ((at + bit) % 8));
    yield { how: 'byte', where: line, bytes: changed };
  }
}

/** The same, in the lines before the end, which is made to fit. */
export function* flippedDigits(target: Target, first: number, step: number, bit = 0): Generator<Tampered> {
  const end = target.bytes.lastIndexOf(0x0a, target.bytes.length - 2) + 1;
  for (const { how, where, bytes } of flippedBytes(
    { ...target, bytes: target.bytes.subarray(0, end) },
    first,
    step,
    bit,
  )) {
    yield { how, where, bytes: finish(target, Buffer.from(bytes), 'recomputed') };
  }
}

/** Bytes before the end dropped or doubled: by `step` bytes. A doubled line feed is an empty line. */
export function* shiftedBytes(
  target: Target,
  how: 'dropped' | 'doubled',
  step: number,
  ending: Ending,
): Generator<Tampered> {
  const body = target.bytes.subarray(0, target.bytes.lastIndexOf(0x0a, target.bytes.length - 2) + 1);
  let line = 1;
  let from = 0;
  for (let at = 0; at < body.length; at += step) {
    for (; from < at; from += 1) line += body[from] === 0x0a ? 1 : 0;
    const changed = Buffer.concat([
      body.subarray(0, how === 'dropped' ? at : at + 1),
      body.subarray(how === 'dropped' ? at + 1 : at),
    ]);
    yield { how: `byte ${how}`, where: line, bytes: finish(target, changed, ending) };
  }
}

/** Lines dropped, doubled, swapped with the next one, and invented by giving one another's place. */
export function* movedLines(target: Target, ending: Ending): Generator<Tampered> {
  const body = target.values.slice(0, -1);
  for (const index of body.keys()) {
    const [before, line, after] = [body.slice(0, index), body[index]!, body.slice(index + 1)];
    const variants: readonly (readonly [string, readonly JsonObject[]])[] = [
      ['line dropped', [...before, ...after]],
      ['line doubled', [...before, line, line, ...after]],
      ['lines swapped', [...before, ...after.slice(0, 1), line, ...after.slice(1)]],
      ['line moved to the end', [...before, ...after, line]],
      ['file cut off', before],
    ];
    for (const [how, values] of variants) {
      if (isSame(values, body)) continue;
      yield { how, where: index + 1, bytes: finish(target, encodeLines(values), ending) };
    }
  }
}

/** Every member at any depth dropped, doubled under another name, emptied, or given the value of its neighbour. */
export function* changedMembers(target: Target, ending: Ending): Generator<Tampered> {
  const body = target.values.slice(0, -1);
  for (const [index, line] of body.entries()) {
    for (const [how, value] of changesOf(line)) {
      const values = body.with(index, value as JsonObject);
      yield { how, where: index + 1, bytes: finish(target, encodeLines(values), ending) };
    }
  }
}

/** Lines whose text is no canonical JSON, although it says the same. */
export function* rewrittenLines(target: Target, ending: Ending): Generator<Tampered> {
  const body = target.values.slice(0, -1);
  for (const [index, line] of body.entries()) {
    const text = canonicalBytes(line).toString();
    const string = Buffer.from(canonicalBytes(line)).toString();
    const [first = ''] = Object.keys(line).toSorted();
    const member = `${JSON.stringify(first)}:${JSON.stringify(line[first])}`;
    const variants: readonly (readonly [string, string])[] = [
      ['member twice', string.replace('{', `{${member},`)],
      ['space', string.replace(':', ': ')],
      ['members reordered', reordered(line)],
      ['escape', string.replace('type', '\\u0074ype')],
      ['byte order mark', `\ufeff${string}`],
      ['carriage return', `${string}\r`],
      ['cut off', string.slice(0, -1)],
      ['nested', '['.repeat(100_000)],
    ];
    for (const [how, changed] of variants) {
      if (changed === text) continue;
      const before = encodeLines(body.slice(0, index));
      const rest = encodeLines(body.slice(index + 1));
      const bytes = finish(target, Buffer.concat([before, Buffer.from(`${changed}\n`), rest]), ending);
      yield { how, where: index + 1, bytes };
    }
  }
}

function reordered(line: JsonObject): string {
  const names = Object.keys(line).toSorted().toReversed();
  return `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(line[name])}`).join()}}`;
}

function* changesOf(value: JsonValue): Generator<readonly [string, JsonValue]> {
  if (isList(value)) {
    for (const index of value.keys()) {
      yield ['item dropped', value.toSpliced(index, 1)];
      yield ['item doubled', value.toSpliced(index, 0, value[index] ?? null)];
      for (const [how, changed] of changesOf(value[index] ?? null)) yield [how, value.with(index, changed)];
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      yield [`${name} dropped`, without(value, name)];
      yield [`${name} doubled`, { ...value, [`${name}_`]: member }];
      for (const [how, changed] of changesOf(member)) yield [`${name}: ${how}`, { ...value, [name]: changed }];
    }
  } else {
    for (const other of othersOf(value)) yield ['another value', other];
  }
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function without(value: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
}

function* othersOf(value: null | boolean | number | string): Generator<JsonValue> {
  if (value === null) {
    yield '0x';
  } else if (typeof value === 'boolean') {
    yield !value;
  } else if (typeof value === 'number') {
    yield value + 1;
    if (value > 0) yield value - 1;
    yield 0.5;
  } else {
    yield null;
    yield value.slice(0, -1);
    yield `${value}0`;
    yield changeAt(value, Math.floor(value.length / 2));
    yield changeAt(value, value.length - 1);
  }
}

/** Another character of the same kind, so that the text stays of its form. */
function changeAt(text: string, at: number): string {
  const character = text.charAt(at);
  const next = character === '0' ? '1' : character === 'a' ? 'b' : '0';
  return text.slice(0, at) + next + text.slice(at + 1);
}

function isSame(one: readonly JsonObject[], other: readonly JsonObject[]): boolean {
  return Buffer.compare(encodeLines(one), encodeLines(other)) === 0;
}
