import { departmentAccountCode } from '../__generated__/bytecode.ts';

/** Two bytes at the end of the code say how long the metadata before them is (Solidity, "Contract Metadata"). */
const LENGTH_BYTES = 2;
const KNOWN = withoutMetadata(departmentAccountCode);

/** Whether the code of a contract (hex) is that of `DepartmentAccount`: only then is what it says of its officers true. */
export function isDepartmentAccount(code: string): boolean {
  return withoutMetadata(code.toLowerCase()) === KNOWN;
}

/** Comments of the source are in the metadata, and no part of what the contract does. */
function withoutMetadata(code: string): string {
  const length = Number(`0x${code.slice(-2 * LENGTH_BYTES)}`) + LENGTH_BYTES;
  return code.slice(0, -2 * length);
}
