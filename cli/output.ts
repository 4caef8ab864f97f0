import { CliError, EXIT } from './cli-error.ts';
import { LedgerError } from '../ledger/errors.ts';

type Shown = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Shown {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? member.toString() : member));
}

/** Data goes to stdout, talk to stderr; `--json` turns data into one JSON text with a stable form. */
export class Output {
  readonly #json: boolean;

  constructor(json: boolean) {
    this.#json = json;
  }

  /** One thing: a line for each member. */
  show(value: unknown): void {
    if (this.#json || !isRecord(value)) {
      this.#line(this.#json ? toText(value) : String(value));
      return;
    }
    const width = Math.max(...Object.keys(value).map((key) => key.length), 0);
    for (const [key, member] of Object.entries(value)) this.#line(`${key.padEnd(width)}  ${toText(member)}`);
  }

  /** Many things: a line each, the columns named. */
  list(rows: unknown, columns: readonly string[]): void {
    if (this.#json || !Array.isArray(rows)) {
      this.#line(toText(rows));
      return;
    }
    const table = rows.filter(isRecord).map((row) => columns.map((column) => toText(row[column] ?? '')));
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
  if (json) {
    process.stdout.write(`${toText({ error: { code, message, ...facts } })}\n`);
  } else {
    process.stderr.write(
      `dxl: ${message}\n${facts['problem'] === undefined ? '' : `${JSON.stringify(facts['problem'], null, 2)}\n`}`,
    );
  }
  return exitCode;
}

function describeFailure(error: unknown): { code: string; message: string; facts: Shown; exitCode: number } {
  if (error instanceof CliError) {
    return { code: error.code, message: error.message, facts: error.facts, exitCode: error.exitCode };
  }
  if (error instanceof LedgerError) {
    return {
      code: error.code,
      message: `${error.message} ${JSON.stringify(error.details)}`,
      facts: error.details,
      exitCode: EXIT.usage,
    };
  }
  const message = error instanceof Error ? error.message : 'Unknown failure';
  return { code: 'INTERNAL', message, facts: {}, exitCode: EXIT.error };
}
