import { expect, it } from 'vitest';

import { supervisedBy } from '../../../gateway/inbox/supervised.ts';
import { parseDepartmentId, type DepartmentId } from '../../../ledger/ids.ts';
import { RegistryState, type DepartmentState } from '../../../ledger/projection/registry-state.ts';
import { PROVIDER, REQUESTER } from '../stores/store-factory.ts';

const AUTHORITY = parseDepartmentId('11990100MB00000L2J');
const GOVERNMENT = parseDepartmentId('11990100MB0000027F');
const OUTSIDE = parseDepartmentId('11990100MB0000035A');

const registry = new RegistryState();
const ledger = {
  department: (id: DepartmentId) => registry.departments.get(id) ?? null,
  departments: () => [...registry.departments.values()],
  isSameLevel: registry.isSameLevel.bind(registry),
  governmentOf: registry.governmentOf.bind(registry),
  commonGovernmentOf: registry.commonGovernmentOf.bind(registry),
};
for (const [id, kind, superior] of [
  [GOVERNMENT, 'government', null],
  [AUTHORITY, 'authority', GOVERNMENT],
  [PROVIDER, 'department', GOVERNMENT],
  [OUTSIDE, 'authority', null],
  [REQUESTER, 'department', null],
] as const) {
  registry.departments.set(id, { id, kind, superior } as DepartmentState);
}

it.each<[string, DepartmentId, ReturnType<typeof supervisedBy>]>([
  [
    'a government decides for those below it',
    GOVERNMENT,
    { reviewed: [], governed: [GOVERNMENT, AUTHORITY, PROVIDER] },
  ],
  [
    'an authority reviews and coordinates on its level',
    AUTHORITY,
    { reviewed: [GOVERNMENT, AUTHORITY, PROVIDER], governed: [GOVERNMENT, AUTHORITY, PROVIDER] },
  ],
  [
    'an authority without government has those without one',
    OUTSIDE,
    { reviewed: [OUTSIDE, REQUESTER], governed: [OUTSIDE, REQUESTER] },
  ],
  ['a department supervises nobody', PROVIDER, { reviewed: [], governed: [] }],
])('%s', (_what, me, supervised) => {
  expect(supervisedBy(me, ledger)).toEqual(supervised);
});
