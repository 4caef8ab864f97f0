import { inspect } from 'node:util';

import { expect as vitestExpect, vi } from 'vitest';

export { vi };

/**
 * The part of vitest that the tests of a mutation run use, on vitest's own `expect`. It only collects, so that one
 * process can run the same tests again and again, once for each mutant, without loading anything twice.
 */
type Body = (...values: never[]) => unknown;

interface Suite {
  readonly name: string;
  readonly parent: Suite | null;
  readonly before: Body[];
  readonly after: Body[];
}

export interface CollectedTest {
  readonly name: string;
  readonly run: () => Promise<void>;
}

let suite: Suite = newSuite('', null);
let tests: CollectedTest[] = [];

/** Begins a file; `collected` ends it. */
export function collect(): void {
  suite = newSuite('', null);
  tests = [];
}

export function collected(): readonly CollectedTest[] {
  return tests;
}

function newSuite(name: string, parent: Suite | null): Suite {
  return { name, parent, before: [], after: [] };
}

/** From the outermost to the innermost. */
function suitesOf(inner: Suite): readonly Suite[] {
  return inner.parent === null ? [inner] : [...suitesOf(inner.parent), inner];
}

function addTest(name: string, body: Body, values: readonly unknown[]): void {
  const own = suite;
  const path = suitesOf(own);
  const full = [...path.map((outer) => outer.name), name].filter((part) => part !== '').join(' > ');
  const twins = tests.filter((test) => test.name === full || test.name.startsWith(`${full} #`)).length;
  tests.push({
    name: twins === 0 ? full : `${full} #${String(twins + 1)}`,
    run: async () => {
      try {
        for (const { before } of path) for (const hook of before) await hook();
        await body(...(values as never[]));
      } finally {
        for (const { after } of path.toReversed()) for (const hook of after) await hook();
      }
    },
  });
}

function bodyOf(rest: readonly unknown[]): Body {
  const body = rest.find((item) => typeof item === 'function');
  if (body === undefined) throw new TypeError('A test has no body');
  return body as Body;
}

/** Rows of a table are given to each test as vitest does: an array as its items, anything else as it is. */
function each(rows: readonly unknown[]) {
  return (name: string, ...rest: readonly unknown[]): void => {
    for (const [index, row] of rows.entries()) {
      const values: readonly unknown[] = Array.isArray(row) ? row : [row];
      addTest(`${name} [${String(index)}: ${inspect(values[0]).slice(0, 60)}]`, bodyOf(rest), values);
    }
  };
}

export const it = Object.assign(
  (name: string, ...rest: readonly unknown[]): void => {
    addTest(name, bodyOf(rest), []);
  },
  { each },
);
export const test = it;

export const describe = Object.assign(
  (name: string, ...rest: readonly unknown[]): void => {
    const outer = suite;
    suite = newSuite(name, outer);
    bodyOf(rest)();
    suite = outer;
  },
  {
    skipIf: (condition: boolean) => (condition ? () => undefined : describe),
    runIf: (condition: boolean) => (condition ? describe : () => undefined),
  },
);

export function beforeEach(hook: Body): void {
  suite.before.push(hook);
}

export function afterEach(hook: Body): void {
  suite.after.push(hook);
}

/** What is prepared once would be prepared without the mutant. */
export function beforeAll(): never {
  throw new TypeError('A mutation run has no beforeAll');
}

export const afterAll = beforeAll;

const POLL_MS = 5;
const POLLS = 400;

/** vitest's own wants to know the test that it is in. */
function poll(read: () => unknown) {
  const matcher =
    (name: string) =>
    async (...expected: readonly unknown[]) => {
      for (let left = POLLS; ; left -= 1) {
        try {
          (vitestExpect(await read()) as unknown as Record<string, Body>)[name]!(...(expected as never[]));
          return;
        } catch (error) {
          if (left === 0) throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    };
  return new Proxy({}, { get: (_, name) => matcher(String(name)) });
}

export const expect = new Proxy(vitestExpect, {
  get: (target, name): unknown => (name === 'poll' ? poll : Reflect.get(target, name)),
});
