import { createReadStream } from 'node:fs';

import { FinalityError } from '../ledger/finality/finality-error.ts';
import { MAX_HEADER_BYTES } from '../ledger/finality/qbft-header.ts';
import { MAX_DOCUMENT_BYTES } from '../ledger/json/strict-json.ts';
import { CliError } from './cli-error.ts';
import { readSmallFile } from './small-file.ts';

const HEX = /^(?:0x)?((?:[0-9a-fA-F]{2})+)$/;
/** RLP of a list of 56 bytes to 16 MiB starts so; text does not, in no encoding and with no byte order mark. */
const FIRST_LIST_BYTES = [0xf8, 0xf9, 0xfa];
const MAX_LINE_LENGTH = 2 + 2 * MAX_HEADER_BYTES;

/** A header as it was given, and where. */
export interface GivenHeader {
  readonly file: string;
  /** Null where the file has one header only. */
  readonly line: number | null;
  readonly bytes: Uint8Array;
}

/** @throws CliError FILE_UNUSABLE with `path` and `rule` of the first problem */
export function readValidatorsFile<Trust>(file: string, parse: (bytes: Uint8Array) => Trust): Trust {
  const bytes = readSmallFile(file, MAX_DOCUMENT_BYTES);
  try {
    return parse(bytes);
  } catch (cause) {
    if (!(cause instanceof FinalityError)) throw cause;
    const { path = '', rule = cause.details['reason'] ?? '' } = cause.details;
    const text = `${file} is not a validators file: ${String(rule)} at ${path === '' ? 'the top' : String(path)}`;
    throw new CliError('FILE_UNUSABLE', text, cause.details, cause);
  }
}

/** One header, as hex text or as bytes. @throws CliError FILE_UNUSABLE */
export function readHeaderFile(file: string): GivenHeader {
  const bytes = readSmallFile(file, 2 * MAX_LINE_LENGTH);
  if (FIRST_LIST_BYTES.includes(bytes[0] ?? 0)) return { file, line: null, bytes };
  return { file, line: null, bytes: parseHex(bytes.toString('latin1').trim(), file) };
}

/**
 * Headers as hex, one a line; a file of any length is read piece by piece.
 * @throws CliError FILE_UNUSABLE
 */
export async function* readHeaderLines(file: string): AsyncGenerator<GivenHeader> {
  let line = 0;
  for await (const text of readLines(file)) {
    line += 1;
    if (text !== '') yield { file, line, bytes: parseHex(text, `line ${String(line)} of ${file}`) };
  }
}

async function* readLines(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of readPieces(file)) {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_LENGTH + 1) throw unusable(`${file} has a line that is longer than any header`);
    for (const text of lines) yield text.trim();
  }
  yield rest.trim();
}

async function* readPieces(file: string): AsyncGenerator<string> {
  try {
    for await (const piece of createReadStream(file, 'latin1')) yield String(piece);
  } catch (cause) {
    throw unusable(`The file ${file} cannot be read`, cause);
  }
}

function parseHex(text: string, where: string): Uint8Array {
  const digits = HEX.exec(text)?.[1];
  if (digits === undefined) throw unusable(`Neither hex nor an RLP header: ${where}`);
  return Buffer.from(digits, 'hex');
}

function unusable(message: string, cause?: unknown): CliError {
  return new CliError('FILE_UNUSABLE', message, {}, cause);
}
