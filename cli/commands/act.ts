import type { Command } from 'commander';
import { z } from 'zod';

import { bringsDocument } from '../../ledger/act-document.ts';
import { ACTS, isActName } from '../../ledger/acts/act-definitions.ts';
import type { Act, ActName } from '../../ledger/acts/act-definitions.ts';
import { actDigest } from '../../ledger/acts/act-digest.ts';
import { parseAct } from '../../ledger/acts/parse-act.ts';
import type { Deployment } from '../../ledger/deployment.ts';
import { hashDocument } from '../../ledger/document-hash.ts';
import type { SaltedDocument } from '../../ledger/document-hash.ts';
import { CliError } from '../cli-error.ts';
import { readDocumentFile, writeJsonFile } from '../documents.ts';
import { openSession, sendActFile, signHere } from '../session.ts';
import type { Session } from '../session.ts';
import { dropSignature } from '../sign-act.ts';
import type { ActFile } from '../sign-act.ts';

const actFileSchema = z.strictObject({
  type: z.literal('DxlAct'),
  name: z.string(),
  act: z.json(),
  digest: z.string(),
  role: z.string(),
  salted: z.strictObject({ salt: z.string(), document: z.json() }).nullable(),
  signatures: z.array(z.strictObject({ signer: z.string(), signature: z.string() })),
});

/** An officer signs what the file says, so its digest is computed here and never taken from the file. */
function readActFile(path: string, deployment: Deployment): ActFile {
  const parsed = actFileSchema.safeParse(readDocumentFile(path));
  if (!parsed.success || !isActName(parsed.data.name)) {
    throw new CliError('FILE_UNUSABLE', `${path} is not an act file`);
  }
  const { name, act, salted, signatures, digest: claimed } = parsed.data;
  const digest = actDigest(deployment, name, parseAct(name, act));
  if (digest !== claimed) throw new CliError('FILE_UNUSABLE', `${path} was changed, or is for another ledger`);
  assertShownDocument(path, name, parseAct(name, act), salted);
  return { type: 'DxlAct', name, act, digest, role: ACTS[name].role, salted, signatures };
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
  const act = program.command('act').description('acts that several officers sign / 多人会签');
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
    .description('add the signatures of the keystores in this profile')
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
      if (kept.signatures.length === signed.signatures.length) {
        throw new CliError('INPUT_INVALID', `${file} has no signature of ${signer}`);
      }
      showSigned(session, file, kept);
    });
}

function showSigned({ output }: Session, file: string, signed: ActFile): void {
  writeJsonFile(file, signed);
  output.show({ file, digest: signed.digest, signatures: signed.signatures.length });
}

function addSend(act: Command): void {
  act
    .command('send')
    .argument('<file>')
    .description('send the act with the signatures that it has')
    .action(async (file: string, _options: unknown, command: Command) => {
      const session = openSession(command);
      session.output.show(await sendActFile(session, readActFile(file, (await session.client.identity()).deployment)));
    });
}
