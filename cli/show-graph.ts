import { Option } from 'commander';
import type { Command } from 'commander';

import type { GraphDocument } from '../ledger/exports/graph.ts';
import type { Output } from './output.ts';
import { globalOptions } from './session.ts';

const FORMATS = ['jsonld', 'turtle'] as const;
export type GraphFormat = (typeof FORMATS)[number];

/** Adds the option that {@link showGraph} needs. */
export function withFormat(command: Command): Command {
  return command.addOption(new Option('--format <format>', 'how it is written').choices(FORMATS).default('jsonld'));
}

/** Prints a graph as a document of its own; with `--json` Turtle is the member `turtle` of one JSON text. */
export async function showGraph(
  command: Command,
  output: Output,
  document: GraphDocument,
  format: GraphFormat,
): Promise<void> {
  const isJson = globalOptions(command).json === true;
  if (format === 'jsonld') {
    output.show(isJson ? document : JSON.stringify(document, null, 2));
    return;
  }
  // Loaded for Turtle only: other commands start without the RDF libraries.
  const { toTurtle } = await import('../ledger/exports/turtle.ts');
  const turtle = await toTurtle(document);
  output.show(isJson ? { turtle } : turtle.trimEnd());
}
