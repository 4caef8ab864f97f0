/** A value as it travels: what JSON can carry without loss. */
export type Scalar = string | number | boolean | null;

/** One record of a source, a null-prototype object from the entry's field keys to values. */
export type Row = Readonly<Record<string, Scalar>>;

/** What the decision lets the source be asked; nothing in it was taken unchecked from a request. */
export interface RowQuery {
  /** Granted field keys to read, in the order of the answer. */
  readonly fields: readonly string[];
  /** Equality filters, already checked to be granted fields. Values are hostile: bind them, never concatenate. */
  readonly equals: ReadonlyMap<string, string>;
  /** Rows whose `field` starts with `prefix`; null for no region filter. */
  readonly region: { readonly field: string; readonly prefix: string } | null;
  /** Most rows to return. */
  readonly limit: number;
  /** Aborts the read: the caller left, the grant ended, or the time is over. */
  readonly signal: AbortSignal;
}

/**
 * A place that data comes from. Built from the gateway's local configuration only.
 *
 * `open` resolves when the source has answered, so that a failing source is an error status, not a cut stream.
 * It and the iterator throw GatewayError SOURCE_FAILED, SOURCE_TIMEOUT, SOURCE_FORBIDDEN or SOURCE_MISCONFIGURED; `open`
 * also REQUEST_INVALID, when the source cannot be asked for such a value. Iterate the rows or abort the signal: resources are held until then.
 */
export interface Source {
  readonly kind: string;
  /** Reads that it can serve at once. */
  readonly maxConnections: number;
  open(query: RowQuery): Promise<AsyncIterable<Row>>;
  /** Throws as `open` does when the source cannot be used now. */
  check(): Promise<void>;
  close(): Promise<void>;
}
