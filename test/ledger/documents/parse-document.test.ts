import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { canonicalBytes } from '../../../ledger/canonical-json.ts';
import { hashDocument, newSalt } from '../../../ledger/document-hash.ts';
import {
  DOCUMENT_KINDS,
  DOCUMENT_SCHEMAS,
  type DocumentKind,
  parseDocument,
} from '../../../ledger/documents/parse-document.ts';
import { type JsonObject, type JsonValue, parseStrictJson } from '../../../ledger/json/strict-json.ts';
import { documentVectors } from '../document-vectors.ts';
import { refusalOf } from '../refusal-of.ts';
import { rawDocument } from './document.factory.ts';

interface ValidVector extends JsonObject {
  readonly type: DocumentKind;
}
interface InvalidVector {
  readonly expect: { readonly code: string; readonly kind: DocumentKind; readonly path: string; readonly rule: string };
  readonly document: JsonValue;
}
type Path = readonly (string | number)[];

/** Members, and items of lists, that hold what people write. */
const FREE_TEXT = [
  ...['name', 'abstract', 'text', 'article', 'instrument', 'users', 'scenario', 'retain', 'disposal', 'contact'],
  ...['commitment', 'reason', 'codeList', 'category\\.\\d', 'findings', 'demands\\.\\d', 'outcome', 'filing', 'scope'],
  ...['witness', 'process', 'effect', 'storage', 'destruction', 'claim', 'negotiation'],
];

const throughBytes = (value: JsonValue): JsonValue => parseStrictJson(canonicalBytes(value));

/** Every place in a value, the value itself first. */
function placesOf(value: JsonValue, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => placesOf(item, [...path, key]))];
}

/** A copy of `value` in which `change` was applied to the container of the last step of `path`. */
function changedAt(value: JsonValue, path: Path, change: (container: Record<string, unknown>, key: string) => void) {
  const copy = structuredClone(value) as Record<string, unknown>;
  let container = copy;
  for (const step of path.slice(0, -1)) container = container[step] as Record<string, unknown>;
  change(container, String(path.at(-1)));
  return copy as JsonValue;
}

function valueAt(value: JsonValue, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<string, unknown>)[step], value);
}

describe('parseDocument', () => {
  it.each(documentVectors<ValidVector>('valid'))('accepts $name and changes nothing in it', ({ content }) => {
    const value = throughBytes(content);
    const document = parseDocument(content.type, value);
    expect(canonicalBytes(document)).toEqual(canonicalBytes(value));
    const salt = newSalt();
    expect(hashDocument({ salt, document })).toBe(hashDocument({ salt, document: value }));
  });

  it.each(documentVectors<InvalidVector>('invalid'))('refuses $name', ({ content }) => {
    const { code, ...details } = content.expect;
    expect(refusalOf(() => parseDocument(content.expect.kind, throughBytes(content.document)))).toEqual({
      code,
      details,
    });
  });

  it('has a valid vector and an invalid one for every kind', () => {
    const valid = documentVectors<ValidVector>('valid').map(({ content }) => content.type);
    const invalid = documentVectors<InvalidVector>('invalid').map(({ content }) => content.expect.kind);
    expect(DOCUMENT_KINDS.filter((kind) => !valid.includes(kind) || !invalid.includes(kind))).toEqual([]);
  });

  describe.each(DOCUMENT_KINDS)('%s', (kind) => {
    const example = rawDocument(kind);
    const places = placesOf(example).filter((path) => path.length > 0);
    const refused = (value: JsonValue): boolean =>
      refusalOf(() => parseDocument(kind, value))?.code === 'DOCUMENT_INVALID';

    it.each([null, true, 0, '', [], {}, [rawDocument(kind)]])('is not %j', (value) => {
      expect(refused(value)).toBe(true);
    });

    it('is no other kind', () => {
      const others = DOCUMENT_KINDS.filter((other) => other !== kind);
      expect(others.filter((other) => !refused(rawDocument(other)))).toEqual([]);
    });

    it('needs every member but the few that are optional', () => {
      const accepted = places.filter((path) => {
        const holder = valueAt(example, path.slice(0, -1));
        return (
          !Array.isArray(holder) &&
          !refused(changedAt(example, path, (object, key) => Reflect.deleteProperty(object, key)))
        );
      });
      const names = new Set(accepted.map((path) => path.at(-1)));
      expect([...names].sort()).toEqual(kind === 'CatalogEntry' ? ['codeList', 'element'] : []);
    });

    it('takes no value of another type in any place', () => {
      const wrong: JsonValue[] = [{}, 'ÿ#', -1.5, true, null, []];
      const accepted = places.flatMap((path) =>
        wrong
          .filter((value) => JSON.stringify(value) !== JSON.stringify(valueAt(example, path)))
          .filter((value) => !refused(changedAt(example, path, (holder, key) => (holder[key] = value))))
          .map((value) => `${path.join('.')} ${JSON.stringify(value)}`),
      );
      // What a place may hold besides its example: free text, empty lists, null and the other boolean.
      const free = new RegExp(`^(?:\\w+\\.)*(?:${FREE_TEXT.join('|')}) "ÿ#"$`);
      const allowed =
        /(?:related|plainFields|narrowed|systems|conditions|evidence|attachments|legalBasis) \[\]$|(?:rowFilter|regionField|replaces) null$|(?:personal) true$/;
      expect(accepted.filter((line) => !free.test(line) && !allowed.test(line))).toEqual([]);
      expect(places.length * wrong.length).toBeGreaterThan(40);
    });

    it('takes no unknown member in any object', () => {
      const objects = placesOf(example).filter((path) => {
        const value = valueAt(example, path);
        return typeof value === 'object' && value !== null && !Array.isArray(value);
      });
      for (const path of objects) {
        const document = changedAt(example, [...path, 'extra'], (object, key) => (object[key] = 1));
        const pointer = [...path, 'extra'].map((step) => `/${step}`).join('');
        expect(refusalOf(() => parseDocument(kind, document))?.details).toEqual({
          kind,
          path: pointer,
          rule: 'UNRECOGNIZED_KEYS',
        });
      }
      expect(objects.length).toBeGreaterThan(0);
    });

    it('bounds every string and every list', () => {
      const unbounded = places.filter((path) => {
        const value = valueAt(example, path);
        if (typeof value === 'string') {
          return !refused(changedAt(example, path, (holder, key) => (holder[key] = value.padEnd(2001, value))));
        }
        if (!Array.isArray(value)) return false;
        const items = Array.from({ length: 257 }, () => value[0] as unknown);
        return !refused(changedAt(example, path, (holder, key) => (holder[key] = items)));
      });
      expect(unbounded).toEqual([]);
    });

    it('has a JSON schema of the dialect of OpenAPI 3.1', () => {
      const schema = z.toJSONSchema(DOCUMENT_SCHEMAS[kind]);
      expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(schema.properties?.['type']).toMatchObject({ const: kind });
    });
  });

  it('keeps the path short when a hostile key is long', () => {
    const document = rawDocument('ShareRefusal', { ['k'.repeat(100_000)]: 1 });
    const path = refusalOf(() => parseDocument('ShareRefusal', document))?.details['path'];
    expect(path).toBe(`/${'k'.repeat(199)}`);
  });

  it('escapes the path as RFC 6901 says', () => {
    const document = rawDocument('ShareRefusal', { 'a/b~c': 1 });
    expect(refusalOf(() => parseDocument('ShareRefusal', document))?.details['path']).toBe('/a~1b~0c');
  });

  it('points at the document itself when it is no object', () => {
    expect(refusalOf(() => parseDocument('ShareRefusal', []))?.details).toEqual({
      kind: 'ShareRefusal',
      path: '',
      rule: 'INVALID_TYPE',
    });
  });
});
