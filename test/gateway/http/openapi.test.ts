import { describe, expect, it } from 'vitest';

import { openApiDocument } from '../../../gateway/http/openapi.ts';
import { ACTS } from '../../../ledger/acts/act-definitions.ts';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly security?: readonly unknown[];
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >;
}

const document = openApiDocument() as {
  openapi: string;
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

function isEmpty(value: unknown): boolean {
  return Object.keys(Object(value) as object).length === 0;
}

describe('openApiDocument', () => {
  it('is OpenAPI 3.1 and has one path for each act', () => {
    expect(document.openapi).toBe('3.1.0');
    for (const name of Object.keys(ACTS)) expect(document.paths[`/v1/acts/${name}`]?.['post']).toBeDefined();
  });

  it.each(operations)('declares the parameters and the refusals of $method $path', ({ path, operation }) => {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = (operation.parameters ?? [])
      .filter((parameter) => parameter.in === 'path')
      .map(({ name }) => name);
    expect(declared).toEqual(named);
    expect(operation.responses['default']).toBeDefined();
    expect(operation.security).toBeDefined();
  });

  const named = ({ parameters = [] }: Operation, place: string): string[] =>
    parameters.filter((parameter) => parameter.in === place).map(({ name }) => name);

  it.each(['resources', 'requests', 'grants', 'receipts'])('says how to turn the pages of %s', (list) => {
    const operation = document.paths[`/v1/${list}`]?.['get'];
    expect(operation === undefined ? [] : named(operation, 'query')).toEqual(['limit', 'offset']);
  });

  it.each(Object.keys(ACTS))('says that %s may have a key against repetition, and how it can be refused', (name) => {
    const operation = document.paths[`/v1/acts/${name}`]?.['post'];
    expect(operation === undefined ? [] : named(operation, 'header')).toEqual(['idempotency-key']);
    const refused = Object.keys(operation?.responses['422']?.content ?? {});
    expect(refused.toSorted()).toEqual(['application/json', 'application/problem+json']);
  });

  it.each(operations)('says what $method $path answers', ({ operation }) => {
    const schemas = Object.values(operation.responses).flatMap(({ content = {} }) => Object.values(content));
    expect(schemas.length).toBeGreaterThan(1);
    // `{}`, and an object without members, would say nothing.
    const silent = schemas.filter(({ schema }) => 'properties' in schema && isEmpty(schema.properties));
    expect(silent.concat(schemas.filter(({ schema }) => isEmpty(schema)))).toEqual([]);
  });
});
