import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { JsonObject } from '../../ledger/json/strict-json.ts';

const FOLDER = join(import.meta.dirname, '..', 'vectors', 'documents');

export interface Vector<Content> {
  /** The file's name without its ending: the defect, for those that have one. */
  readonly name: string;
  readonly content: Content;
}

/** All vectors of a folder under test/vectors/documents; JSON.parse, since some hold what the strict parser refuses. */
export function documentVectors<Content = JsonObject>(folder: string): Vector<Content>[] {
  return readdirSync(join(FOLDER, folder)).map((file) => ({
    name: file.replace(/\.json$/, ''),
    content: JSON.parse(readFileSync(join(FOLDER, folder, file), 'utf8')) as Content,
  }));
}

/** A fresh copy of one valid example, to be changed at will. */
export function exampleDocument(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(FOLDER, 'valid', `${name}.json`), 'utf8')) as Record<string, unknown>;
}
