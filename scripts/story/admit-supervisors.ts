import { Interface, type Wallet } from 'ethers';
import { z } from 'zod';

import { departmentRegistryAbi } from '../../ledger/__generated__/abi.ts';
import { DEPARTMENT_KINDS } from '../../ledger/acts/chain-enums.ts';
import { departmentIdToHex } from '../../ledger/ids.ts';
import { callChain } from '../embedded/json-rpc.ts';
import { type DepartmentKey, sampleDepartment } from '../samples/departments.ts';
import type { KeyFolder } from '../samples/key-folder.ts';
import { sendTransaction } from './send-transaction.ts';

const registry = new Interface(departmentRegistryAbi);
/** Kind, status and the rest. */
const departmentSchema = z.tuple([z.tuple([z.bigint(), z.bigint()]).rest(z.unknown())]);
const NO_DEPARTMENT = `0x${'00'.repeat(18)}`;

/** What governance admits of a government or an authority: nobody else can, and nobody signs it. */
export async function supervisorOf(key: DepartmentKey, keys: KeyFolder) {
  const { id, region } = sampleDepartment(key);
  const [maker, office, head] = await Promise.all([
    keys.address(`${key}/maker`),
    keys.address(`${key}/office`),
    keys.address(`${key}/head`),
  ]);
  return { department: id, region, maker, office, head };
}

/** Governance admits a supervisor, unless the registry has it. */
export async function ensureSupervisor(
  url: string,
  contract: string,
  key: DepartmentKey,
  keys: KeyFolder,
  governance: Wallet,
): Promise<void> {
  const { id, kind, superior } = sampleDepartment(key);
  if (await isKnown(url, contract, departmentIdToHex(id))) return;
  const { region, maker, office, head } = await supervisorOf(key, keys);
  const act = {
    authority: departmentIdToHex(id),
    department: departmentIdToHex(id),
    kind: DEPARTMENT_KINDS[kind],
    superior: superior === null ? NO_DEPARTMENT : departmentIdToHex(superior),
    region: `0x${Buffer.from(region, 'latin1').toString('hex')}`,
    ...{ maker, office, head, nonce: 0, expiresAt: 0 },
  };
  const data = registry.encodeFunctionData('admitSupervisor', [act]);
  await sendTransaction(url, governance, { to: contract, data });
}

async function isKnown(url: string, contract: string, department: string): Promise<boolean> {
  const data = registry.encodeFunctionData('departmentOf', [department]);
  const answer = z.string().parse(await callChain(url, 'eth_call', [{ to: contract, data }, 'latest']));
  const decoded: unknown = registry.decodeFunctionResult('departmentOf', answer).toArray(true);
  const [[, status]] = departmentSchema.parse(decoded);
  return status !== 0n;
}
