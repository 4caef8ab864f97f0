import { describe, expect, it } from 'vitest';

import { openApiDocument } from '../../../gateway/http/openapi.ts';
import { ACTS } from '../../../ledger/acts/act-definitions.ts';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, unknown>>;
}

const document = openApiDocument() as {
  openapi: string;
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

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
});
