import { describe, expect, it } from 'vitest';

import { AGREEMENTS, RETURNS } from './projection.transitions/agreement.rows.ts';
import { RESTRAINTS, SOURCES, UPDATES, VERSIONS } from './projection.transitions/catalog.rows.ts';
import { ACCESS_KEYS, CALENDAR, DEPARTMENTS, DIRECTORY } from './projection.transitions/registry.rows.ts';
import { ANSWERS, REQUESTS } from './projection.transitions/request.rows.ts';
import { play } from './projection.transitions/transition.ts';

const TABLES = [
  DIRECTORY,
  DEPARTMENTS,
  ACCESS_KEYS,
  CALENDAR,
  VERSIONS,
  SOURCES,
  UPDATES,
  RESTRAINTS,
  REQUESTS,
  ANSWERS,
  AGREEMENTS,
  RETURNS,
];

describe.each(TABLES)('VerifiedProjection and the rules of $machine', (table) => {
  it.each(table.rows)('%s: %s', (_what, outcome, step) => {
    expect(play(table, step).outcome).toBe(outcome);
  });
});
