import type { Mask } from '../../ledger/documents/catalog-entry.ts';
import { GatewayError } from '../errors.ts';
import type { Row, Scalar } from '../sources/source.ts';
import { maskValue } from './mask.ts';

/** How the terms of a decision let one field be shown. */
export interface ShownField {
  readonly key: string;
  readonly mask: Mask;
  /** True when the grant lists the field among its plain fields. */
  readonly plain: boolean;
}

/** Whether the field stands in an answer at all; one that does not is not asked of the source either. */
export function isInAnswer({ mask }: ShownField): boolean {
  return mask !== 'DROP';
}

/** Turns a row of a source into one NDJSON line, its line feed included. */
export type Projector = (row: Row) => string;

/** A number that JSON cannot carry would become null in silence. */
function encode(key: string, value: Scalar | undefined): string {
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) {
    throw new GatewayError('SOURCE_FAILED', `The source gave no usable value for the field ${key}`, { field: key });
  }
  return JSON.stringify(value);
}

/**
 * Compiles the terms once for a whole answer. Members stand in the order of `fields`, nothing else of the row passes.
 * A field is masked unless `plain`; a DROP field is left out even then.
 *
 * @throws GatewayError SOURCE_FAILED, from the projector, when a row lacks a field.
 */
export function compileProjector(fields: readonly ShownField[]): Projector {
  const columns = fields.filter(isInAnswer).map(({ key, mask, plain }, index) => ({
    key,
    mask: plain ? 'NONE' : mask,
    prefix: `${index === 0 ? '' : ','}${JSON.stringify(key)}:`,
  }));
  return (row) => {
    let line = '{';
    for (const { key, mask, prefix } of columns) {
      const value = row[key];
      line += prefix + encode(key, value === undefined ? value : maskValue(mask, value));
    }
    return `${line}}\n`;
  };
}
