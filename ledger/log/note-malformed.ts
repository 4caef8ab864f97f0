import { LedgerError } from '../errors.ts';

/** What is wrong with a note, a checkpoint or a proof in text form. */
export type NoteFlaw =
  | 'BASE64'
  | 'BLANK_LINE'
  | 'CHARACTERS'
  | 'EXTENSION'
  | 'HEADER'
  | 'INDEX'
  | 'LENGTH'
  | 'NAME'
  | 'ORIGIN'
  | 'PROOF'
  | 'ROOT'
  | 'SIGNATURE_LINE'
  | 'SIZE'
  | 'TIME'
  | 'TOO_MANY_SIGNATURES';

export function noteMalformed(reason: NoteFlaw): LedgerError {
  return new LedgerError('NOTE_MALFORMED', 'Not a signed note as the log writes them', { reason });
}
