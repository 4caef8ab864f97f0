import type { Command } from 'commander';
import { z } from 'zod';

import { bringsDocument } from '../../ledger/act-document.ts';
import { isActName } from '../../ledger/acts/act-definitions.ts';
import type { Act, ActName } from '../../ledger/acts/act-definitions.ts';
import { parseAct } from '../../ledger/acts/parse-act.ts';
import type { Deployment } from '../../ledger/deployment.ts';
import { hashDocument } from '../../ledger/document-hash.ts';
import type { SaltedDocument } from '../../ledger/document-hash.ts';
import { CliError } from '../cli-error.ts';
import { readDocumentFile, writeJsonFile } from '../documents.ts';
import { openSession, sendActFile, signHere } from '../session.ts';
import type { Session } from '../session.ts';
import { countSignatures, createActFile, dropSignature, partyText } from '../sign-act.ts';
import type { ActFile } from '../sign-act.ts';

const actFileSchema = z.strictObject({
  type: z.literal('DxlAct'),
  name: z.string(),
  act: z.json(),
  digest: z.string(),
  salted: z.strictObject({ salt: z.string(), document: z.json() }).nullable(),
  signers: z.array(
    z.strictObject({
      department: z.string(),
      role: z.string(),
      signatures: z.array(z.strictObject({ signer: z.string(), signature: z.string() })),
    }),
  ),
});

/** An officer signs what the file says, so digest and signers are computed here and never taken from the file. */
function readActFile(path: string, deployment: Deployment): ActFile {
  const parsed = actFileSchema.safeParse(readDocumentFile(path));
  if (!parsed.success || !isActName(parsed.data.name)) {
    throw new CliError('FILE_UNUSABLE', `${path} is not an act file`);
  }
  const { name, act, salted, signers: claimed, digest } = parsed.data;
  const file = createActFile(deployment, name, parseAct(name, act), salted);
  if (digest !== file.digest) throw new CliError('FILE_UNUSABLE', `${path} was changed, or is for another ledger`);
  assertShownDocument(path, name, parseAct(name, act), salted);
  const isSame =
    claimed.length === file.signers.length &&
    file.signers.every(({ department, role }, index) => {
      return claimed[index]?.department === department && claimed[index].role === role;
    });
  if (!isSame) throw new CliError('FILE_UNUSABLE', `${path} is signed by others than the act needs`);
  const signers = file.signers.map((part, index) => ({ ...part, signatures: claimed[index]?.signatures ?? [] }));
  return { ...file, signers };
}

/** What an officer reads must be what he signs: the document is the one that the act commits to. */
function assertShownDocument(path: string, name: ActName, act: Act, salted: SaltedDocument | null): void {
  const committed = bringsDocument(name) && 'documentHash' in act ? act.documentHash : null;
  const shown = salted === null ? null : hashDocument(salted);
  if (shown !== committed) {
    throw new CliError('FILE_UNUSABLE', `${path} shows another document than the act commits to`);
  }
}

export function addActCommands(program: Command): void {
  const act = program.command('act').description('acts that several officers or departments sign / 会签');
  addShow(act);
  addSign(act);
  addUnsign(act);
  addSend(act);
}

function addShow(act: Command): void {
  act
    .command('show')
    .argument('<file>')
    .description('what would be signed, recomputed from the file, and who has signed it')
    .action(async (file: string, _options: unknown, command: Command) => {
      const { client, output } = openSession(command);
      output.show(readActFile(file, (await client.identity()).deployment));
    });
}

function addSign(act: Command): void {
  act
    .command('sign')
    .argument('<file>')
    .description('add the signatures of the keystores in this profile, for every account of its department')
    .action(async (file: string, _options: unknown, command: Command) => {
      const session = openSession(command);
      const signed = await signHere(session, readActFile(file, (await session.client.identity()).deployment));
      showSigned(session, file, signed);
    });
}

function addUnsign(act: Command): void {
  act
    .command('unsign')
    .argument('<file>')
    .argument('<signer>', 'address of the officer, as dxl act show prints it')
    .description('take a signature out again / 撤去一份签名')
    .action(async (file: string, signer: string, _options: unknown, command: Command) => {
      const session = openSession(command);
      const signed = readActFile(file, (await session.client.identity()).deployment);
      const kept = dropSignature(signed, signer);
      if (countSignatures(kept) === countSignatures(signed)) {
        throw new CliError('INPUT_INVALID', `${file} has no signature of ${signer}`);
      }
      showSigned(session, file, kept);
    });
}

function showSigned({ output }: Session, file: string, signed: ActFile): void {
  writeJsonFile(file, signed);
  const missing = signed.signers.filter(({ signatures }) => signatures.length === 0).map(partyText);
  output.show({ file, digest: signed.digest, signatures: countSignatures(signed), missing });
}

function addSend(act: Command): void {
  act
    .command('send')
    .argument('<file>')
    .description('send the act with the signatures that it has; refused while an account has none')
    .action(async (file: string, _options: unknown, command: Command) => {
      const session = openSession(command);
      session.output.show(await sendActFile(session, readActFile(file, (await session.client.identity()).deployment)));
    });
}
