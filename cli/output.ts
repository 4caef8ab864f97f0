import { z } from 'zod';

import { LedgerError } from '../ledger/errors.ts';
import { firstProblem } from '../ledger/json/first-problem.ts';
import { isObject } from '../ledger/json/is-object.ts';
import { CliError, EXIT } from './cli-error.ts';

type Shown = Readonly<Record<string, unknown>>;

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? member.toString() : member));
}

/** Members that hold Unix seconds, by their names. */
const TIME = /(?:At|Before|After)$/;

/** A cell for people: times in the zone of this machine, with its offset. Programs take `--json`. */
function toCell(name: string, value: unknown): string {
  return TIME.test(name) && typeof value === 'number' ? toZonedTime(value) : toText(value);
}

/** ISO 8601 with offset; blank for 0, which is no time. */
function toZonedTime(seconds: number): string {
  if (seconds === 0) return '';
  const date = new Date(seconds * 1000);
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60].map(twoDigits);
  return offset === 0 ? `${local}Z` : `${local}${offset < 0 ? '-' : '+'}${hours ?? ''}:${minutes ?? ''}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Data goes to stdout, talk to stderr; `--json` turns data into one JSON text with a stable form. */
export class Output {
  readonly #json: boolean;

  constructor(json: boolean) {
    this.#json = json;
  }

  /** One thing: a line for each member. */
  show(value: unknown): void {
    if (this.#json || !isObject(value)) {
      this.#line(this.#json ? toText(value) : String(value));
      return;
    }
    const width = Math.max(...Object.keys(value).map((key) => key.length), 0);
    for (const [key, member] of Object.entries(value)) this.#line(`${key.padEnd(width)}  ${toCell(key, member)}`);
  }

  /** Many things: a line each, the columns named. */
  list(rows: unknown, columns: readonly string[]): void {
    if (this.#json || !Array.isArray(rows)) {
      this.#line(toText(rows));
      return;
    }
    const table = rows.filter(isObject).map((row) => columns.map((column) => toCell(column, row[column] ?? '')));
    const widths = columns.map((name, index) =>
      Math.max(name.length, ...table.map((cells) => cells[index]?.length ?? 0)),
    );
    const print = (cells: readonly string[]): void => {
      this.#line(
        cells
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join('  ')
          .trimEnd(),
      );
    };
    print(columns);
    for (const cells of table) print(cells);
  }

  say(text: string): void {
    if (!this.#json) process.stderr.write(`${text}\n`);
  }

  #line(text: string): void {
    process.stdout.write(`${text}\n`);
  }
}

/** Tells what went wrong and returns the exit code. */
export function reportFailure(error: unknown, json: boolean): number {
  const { code, message, facts, exitCode } = describeFailure(error);
  if (json) process.stdout.write(`${toText({ error: { code, message, ...facts } })}\n`);
  else process.stderr.write(`dxl: ${message}\n`);
  return exitCode;
}

function describeFailure(error: unknown): { code: string; message: string; facts: Shown; exitCode: number } {
  if (error instanceof CliError) {
    return { code: error.code, message: error.message, facts: error.facts, exitCode: error.exitCode };
  }
  if (error instanceof LedgerError) {
    const { code, details } = error;
    const told = Object.entries(details).map(([name, value]) => `${name} ${String(value)}`);
    return { code, message: [error.message, ...told].join('; '), facts: details, exitCode: EXIT.usage };
  }
  if (error instanceof z.ZodError) {
    // What a user writes is looked at where it is read, so this is an answer.
    const { path, rule } = firstProblem(error);
    const text = `The gateway's answer has another form: ${rule} at ${path === '' ? 'the top' : path}`;
    return describeFailure(new CliError('ANSWER_UNVERIFIED', text, { path, rule }, error));
  }
  const message = error instanceof Error ? error.message : 'Unknown failure';
  return { code: 'INTERNAL', message, facts: {}, exitCode: EXIT.error };
}
