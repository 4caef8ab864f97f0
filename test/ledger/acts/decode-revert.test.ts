import { Interface } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { departmentAccountAbi } from '../../../ledger/__generated__/abi.ts';
import { CONTRACT_INTERFACES } from '../../../ledger/acts/contract-interfaces.ts';
import { decodeRevert } from '../../../ledger/acts/decode-revert.ts';
import { departmentIdToHex, parseDepartmentId } from '../../../ledger/ids.ts';

const DEPARTMENT = parseDepartmentId('11990100MB00000435');
const registry = CONTRACT_INTERFACES.DepartmentRegistry;
const solidity = new Interface([
  'error Error(string)',
  'error Panic(uint256)',
  'error AccessManagedUnauthorized(address caller)',
]);

describe('decodeRevert', () => {
  it('knows every error that a contract of ours can end in', () => {
    const unknown: string[] = [];
    for (const contract of [new Interface(departmentAccountAbi), ...Object.values(CONTRACT_INTERFACES)]) {
      contract.forEachError((fragment) => {
        const values = fragment.inputs.length === 0 ? '' : '00'.repeat(32 * 16);
        if (decodeRevert(`${fragment.selector}${values}`)?.name !== fragment.name) unknown.push(fragment.name);
      });
    }
    // Lengths of dynamic values are zero in zeros, so all of them can be read.
    expect(unknown).toEqual([]);
  });

  it('shows departments as text and numbers in decimal', () => {
    const data = registry.encodeErrorResult('SignedActsInvalidSignature', [
      departmentIdToHex(DEPARTMENT),
      1,
      `0x${'ab'.repeat(32)}`,
    ]);
    expect(decodeRevert(data)).toEqual({
      name: 'SignedActsInvalidSignature',
      args: { department: DEPARTMENT, role: '1', actDigest: `0x${'ab'.repeat(32)}` },
    });
  });

  it("knows Solidity's own errors and OpenZeppelin's", () => {
    expect(decodeRevert(solidity.encodeErrorResult('Error', ['why']))).toEqual({
      name: 'Error',
      args: { reason: 'why' },
    });
    expect(decodeRevert(solidity.encodeErrorResult('Panic', [0x11]))?.args).toEqual({ code: '17' });
    const caller = `0x${'11'.repeat(20)}`;
    expect(decodeRevert(solidity.encodeErrorResult('AccessManagedUnauthorized', [caller]))?.args).toEqual({ caller });
    expect(decodeRevert(registry.encodeErrorResult('InvalidAccountNonce', [caller, 7]))?.args['currentNonce']).toBe(
      '7',
    );
  });

  it('shows nothing that a terminal would obey, and not endlessly', () => {
    const data = solidity.encodeErrorResult('Error', [`\u001b[31m\n\u202e${'x'.repeat(5_000)}`]);
    const reason = decodeRevert(data)?.args['reason'] ?? '';
    expect(reason.startsWith('?[31m??xxx')).toBe(true);
    expect(reason).toHaveLength(512);
  });

  it.each(['', '0x', '0x1234', '0xdeadbeef', 'nonsense', `0x${'00'.repeat(20_000)}`])('is null for %.20s', (data) => {
    expect(decodeRevert(data)).toBeNull();
  });

  it('never throws, whatever a contract returns', () => {
    const selectors: string[] = [];
    registry.forEachError(({ selector }) => selectors.push(selector));
    fc.assert(
      fc.property(fc.constantFrom(...selectors), fc.uint8Array({ maxLength: 200 }), (selector, rest) => {
        const revert = decodeRevert(`${selector}${Buffer.from(rest).toString('hex')}`);
        expect(revert?.name).not.toBe('');
      }),
      { numRuns: 1_000 },
    );
  });
});
