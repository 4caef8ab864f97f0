import { describe, expect, it } from 'vitest';

import { type Act, ACTS, type ActName, isActName } from '../../../ledger/acts/act-definitions.ts';
import { decodeActCall } from '../../../ledger/acts/decode-act-call.ts';
import { encodeActCall } from '../../../ledger/acts/encode-act-call.ts';
import { parseAccessKeyId, parseGrantId, parseRequestId, parseResourceId } from '../../../ledger/ids.ts';
import * as factory from '../../support/act-factory.ts';
import { actor } from '../../support/actors.ts';
import { aDeployment } from '../deployment.factory.ts';

const authority = actor('SH');
const department = actor('RS');
const hash = factory.someHash(0x5a);

const SAMPLES: { readonly [Name in ActName]: Act<Name> } = {
  registerDepartment: factory.registration(authority, department),
  changeDepartmentAccounts: factory.accountsChange(department),
  changeDepartmentStatus: factory.statusChange(authority, department, 'suspended'),
  registerAccessKey: factory.keyRegistration(department),
  revokeAccessKey: factory.keyRevocation(department, parseAccessKeyId(hash)),
  submitResource: factory.submission(department),
  publishResource: factory.publication(authority, parseResourceId(hash)),
  submitRequest: factory.shareRequest(department, parseResourceId(hash)),
  agree: factory.agreement(department, parseRequestId(hash)),
  refuse: factory.refusal(department, parseRequestId(hash)),
  revoke: factory.revocation(department, parseGrantId(hash)),
};

describe('decodeActCall', () => {
  it.each(Object.keys(ACTS).filter(isActName))('finds the act in the call that carries it: %s', (name) => {
    const { data } = encodeActCall(aDeployment(), name, SAMPLES[name], '0x1234');
    expect(decodeActCall(data)).toEqual({ name, act: SAMPLES[name] });
  });

  it('knows no other call', () => {
    expect(decodeActCall('0x')).toBeNull();
    expect(decodeActCall('0x12345678')).toBeNull();
  });
});
