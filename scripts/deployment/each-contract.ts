import { z } from 'zod';

import { CONTRACT_NAMES, type ContractName } from '../../ledger/deployment.ts';

const textOfEach = z.record(z.enum(CONTRACT_NAMES), z.string());

/** A text for every contract of the ledger, asked for one after the other. */
export async function eachContract(
  ask: (name: ContractName) => Promise<string>,
): Promise<Readonly<Record<ContractName, string>>> {
  const answers: [ContractName, string][] = [];
  for (const name of CONTRACT_NAMES) answers.push([name, await ask(name)]);
  return textOfEach.parse(Object.fromEntries(answers));
}
