import { Interface, type ParamType } from 'ethers';
import { describe, expect, it } from 'vitest';

import { departmentRegistryAbi, resourceCatalogAbi, shareLedgerAbi } from '../../../ledger/__generated__/abi.ts';
import { ACTS, isActName } from '../../../ledger/acts/act-definitions.ts';
import { structFields } from '../../../ledger/acts/chain-form.ts';

const INTERFACES = {
  DepartmentRegistry: new Interface(departmentRegistryAbi),
  ResourceCatalog: new Interface(resourceCatalogAbi),
  ShareLedger: new Interface(shareLedgerAbi),
};
const NAMES = Object.keys(ACTS).filter(isActName);

describe('ACTS', () => {
  it.each(NAMES)('describes %s as the contract takes it', (name) => {
    const { contract, method, schema, department } = ACTS[name];
    const struct: ParamType | undefined = INTERFACES[contract].getFunction(method)?.inputs[0];
    expect(struct?.components?.map(({ name: member, type }) => ({ name: member, type }))).toEqual(structFields(schema));
    expect(Object.keys(schema.shape)).toContain(department);
    expect(Object.keys(schema.shape).slice(-2)).toEqual(['nonce', 'expiresAt']);
  });

  it('has every function of the contracts that takes a signature', () => {
    const methods = Object.values(INTERFACES).flatMap((contract) => {
      const found: string[] = [];
      contract.forEachFunction((fragment) => {
        if (fragment.name.endsWith('BySig')) found.push(fragment.name);
      });
      return found;
    });
    expect(methods.toSorted()).toEqual(NAMES.map((name) => ACTS[name].method).toSorted());
  });

  it.each(NAMES)('asks for a document with %s exactly where the act has one of its own', (name) => {
    const { document, schema } = ACTS[name];
    expect('hashAlgorithm' in schema.shape).toBe(document !== null);
  });
});
