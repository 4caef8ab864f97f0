import type { Command } from 'commander';

import type { Act, ActName } from '../ledger/acts/act-definitions.ts';
import type { SaltedDocument } from '../ledger/document-hash.ts';
import type { Bytes32 } from '../ledger/ids.ts';
import { writeJsonFile } from './documents.ts';
import { sendActFile, signHere } from './session.ts';
import type { Session } from './session.ts';
import { createActFile } from './sign-act.ts';
import type { ActFile } from './sign-act.ts';

/** What every command that signs an act takes. */
export interface ActOptions {
  readonly dryRun?: boolean;
  readonly out?: string;
}

/** Adds the options that {@link performAct} needs. */
export function withActOptions(command: Command): Command {
  return command
    .option('--dry-run', 'show the act, its document and who must sign; sign and send nothing / 仅预览,不签署不发送')
    .option('--out <file>', 'sign here and write the act for further officers or departments, instead of sending it');
}

/** An act with its document, and what the command tells beside it. */
export interface ActRequest<Name extends ActName> {
  readonly name: Name;
  readonly act: Act<Name>;
  readonly salted: SaltedDocument | null;
  /** Told by its digest, which is also the id of a request or a case. */
  readonly facts?: (digest: Bytes32) => Readonly<Record<string, unknown>>;
}

/**
 * Shows an act, hands it over or sends it, as the options say. Without any, everyone who must sign has to do so here.
 * @throws CliError INPUT_INVALID naming who has not signed, ACT_REJECTED
 */
export async function performAct<Name extends ActName>(
  session: Session,
  options: ActOptions,
  { name, act, salted, facts = () => ({}) }: ActRequest<Name>,
): Promise<void> {
  const { deployment } = await session.client.identity();
  const file = createActFile(deployment, name, act, salted);
  const told = facts(file.digest);
  if (options.dryRun === true) {
    showUnsigned(session, file, told);
  } else if (options.out === undefined) {
    session.output.show({ ...told, ...(await sendActFile(session, await signHere(session, file))) });
  } else {
    const { out } = options;
    writeJsonFile(out, await signHere(session, file));
    session.output.say(`Signed here. Whoever signs next: dxl act sign ${out}; then: dxl act send ${out}`);
    session.output.show({ ...told, digest: file.digest, file: out });
  }
}

function showUnsigned({ output }: Session, file: ActFile, told: Readonly<Record<string, unknown>>): void {
  const mustSign = file.signers.map(({ department, role }) => ({ department, role }));
  const document = file.salted?.document ?? null;
  output.show({ ...told, name: file.name, digest: file.digest, act: file.act, document, mustSign });
}
