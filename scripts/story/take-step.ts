import { buildStep } from '../../ledger/acts/build-acts.ts';
import type { DocumentedStepName } from '../../ledger/acts/step-facts.ts';
import { newSalt, type SaltedDocument } from '../../ledger/document-hash.ts';
import type { Statement } from '../../ledger/documents/statement.ts';
import { parseBytes32 } from '../../ledger/ids.ts';
import { parseStrictJson } from '../../ledger/json/strict-json.ts';
import { actDeadline, carryAct, type Recorded } from './carry-act.ts';
import type { Principal } from './principal.ts';

/** A document with a fresh salt, exactly as it will be posted. */
export function salt(document: unknown): SaltedDocument {
  return { salt: newSalt(), document: parseStrictJson(Buffer.from(JSON.stringify(document))) };
}

/** A step with the document that says what it says. */
export async function takeStep(
  name: DocumentedStepName,
  principal: Principal,
  document: unknown,
  other?: Principal,
): Promise<Recorded> {
  const salted = salt(document);
  const offer = { name, act: buildStep(name, salted, actDeadline()), salted, principal };
  return await carryAct(other === undefined ? offer : { ...offer, other });
}

/** A step whose reason needs words only. */
export async function state(
  act: Statement['act'],
  principal: Principal,
  subject: string,
  [reasonCode, text]: readonly [code: string, text: string],
): Promise<Recorded> {
  return await takeStep(act, principal, statement(act, principal, subject, [reasonCode, text]));
}

function statement(
  act: Statement['act'],
  { department }: Principal,
  subject: string,
  [reasonCode, text]: readonly [code: string, text: string],
): Statement {
  return {
    type: 'Statement',
    schema: 'dxl/statement/1',
    department: department.id,
    act,
    subject: parseBytes32(subject),
    reasonCode,
    text,
    authority: null,
    dueAt: null,
    attachments: [],
  };
}
