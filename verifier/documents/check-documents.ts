import { hashDocument } from '../../ledger/document-hash.ts';
import type { CatalogEntry } from '../../ledger/documents/catalog-entry.ts';
import { type DocumentKind, type Documents, parseDocument } from '../../ledger/documents/parse-document.ts';
import type { ShareAuthorization } from '../../ledger/documents/share-authorization.ts';
import type { ShareRequest } from '../../ledger/documents/share-request.ts';
import type { EvidenceLineOf } from '../../ledger/evidence/evidence-line.ts';
import { LedgerError } from '../../ledger/errors.ts';
import { fieldBitmap } from '../../ledger/field-set.ts';
import type { Findings } from '../findings.ts';
import type { Entry } from '../ledger/entry.ts';
import type { EventName } from '../ledger/events.ts';
import type { World } from '../ledger/world.ts';
import { actSays } from './act-says.ts';
import { documentSays } from './document-says.ts';
import { documentOf } from './event-documents.ts';
import { digestOfSaid } from './said.ts';

/** What is kept of an act until its document comes. */
interface Committed {
  readonly line: number;
  readonly event: EventName;
  readonly said: string;
  readonly grounds: string;
  /** Bitmap of fields, and the resource version over whose entry it is; null where the act has none. */
  readonly fields: { readonly bitmap: bigint; readonly resourceId: string; readonly version: number } | null;
  /** The grant that the act made. */
  readonly grantId: string | null;
  /** The version of a resource that the act submitted. */
  readonly resource: { readonly id: string; readonly version: number } | null;
}

interface DocumentProblem {
  readonly code: 'DOCUMENT_INVALID' | 'DOCUMENT_CONTRADICTS_ACT';
  readonly facts: LedgerError['details'];
}

type Shown = Pick<EvidenceLineOf<'document'>, 'hash' | 'document'> & { readonly line: number; readonly salt: string };

/** Holds documents to their hashes, to their schemas, and to what the acts say that commit to them. */
export class DocumentChecks {
  shown = 0;
  withheld = 0;
  /** Whether an act names the document of another act, and not one of its own. */
  hasMisfits = false;
  /** By grant: terms that are proved to be those that its id commits to. */
  readonly authorizations = new Map<string, ShareAuthorization>();
  readonly #entries = new Map<string, CatalogEntry>();
  /** By hash: where it was named first, and every act that names it. */
  readonly #committed = new Map<string, { readonly order: number; readonly acts: Committed[] }>();
  readonly #findings: Findings;
  #lastOrder = -1;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Remembers what the act of an entry commits to. */
  expect(line: number, entry: Entry, world: World): void {
    const said = actSays(entry, world);
    if (said === null) return;
    const hash = entry.act.hex('documentHash');
    const named = this.#committed.get(hash) ?? { order: this.#committed.size, acts: [] };
    this.#committed.set(hash, named);
    named.acts.push({
      line,
      event: entry.name,
      said: digestOfSaid(said),
      grounds: entry.act.has('groundsHash') ? entry.act.hex('groundsHash') : '',
      fields: fieldsOf(entry, world),
      grantId: grantOf(entry),
      resource: resourceOf(entry),
    });
  }

  take(line: number, { hash, salt, document }: EvidenceLineOf<'document'>, world: World): void {
    const named = this.#committed.get(hash);
    if (named === undefined) {
      this.#findings.add('DOCUMENT_UNKNOWN', line, hash);
      return;
    }
    if (named.order <= this.#lastOrder) {
      this.#findings.stop('LINE_ORDER', line, hash);
      return;
    }
    this.#lastOrder = named.order;
    if (salt === null) {
      this.withheld += 1;
      return;
    }
    this.shown += 1;
    try {
      if (hashDocument({ salt, document }) !== hash) {
        this.#findings.add('DOCUMENT_HASH_MISMATCH', line, hash);
        return;
      }
    } catch (error) {
      this.#findings.add('DOCUMENT_INVALID', line, hash, detailsOf(error));
      return;
    }
    this.#takeShown({ line, hash, salt, document }, named.acts, world);
  }

  /** A bundle of the whole ledger names every document, also those that it withholds. */
  requireAll(line: number): void {
    const [expected, actual] = [this.#committed.size, this.shown + this.withheld];
    if (expected !== actual) this.#findings.add('SCOPE_INCOMPLETE', line, null, { documents: actual, expected });
  }

  /** The entry of a version, if it is shown; that of the version that was submitted last. */
  entryOf(world: World, resourceId: string, version: number): CatalogEntry | null {
    const hash = world.resources.get(resourceId)?.versions.get(version)?.documentHash;
    return hash === undefined ? null : (this.#entries.get(entryKey(hash, resourceId, version)) ?? null);
  }

  /**
   * It must be that of an act. The hash is there for everybody to see, so that anybody can name it in another act too,
   * which has no document then, and spoils nothing.
   */
  #takeShown(shown: Shown, acts: readonly Committed[], world: World): void {
    const problems: DocumentProblem[] = [];
    let hasFit = false;
    for (const act of acts) {
      const kind = documentOf(act.event);
      if (kind === null) continue;
      const problem = this.#fit(kind, shown, act, world);
      if (problem === null) hasFit = true;
      else problems.push(problem);
    }
    const [first] = problems;
    if (first === undefined) return;
    if (hasFit) this.hasMisfits = true;
    else this.#findings.add(first.code, shown.line, shown.hash, first.facts);
  }

  /** Keeps the document of an act; else says why it is not that. */
  #fit(kind: DocumentKind, shown: Shown, act: Committed, world: World): DocumentProblem | null {
    const { event, grounds, grantId } = act;
    let parsed: Documents[DocumentKind];
    let said: string;
    try {
      parsed = parseDocument<DocumentKind>(kind, shown.document);
      said = digestOfSaid(documentSays<DocumentKind>(kind, parsed, { event, salt: shown.salt, grounds }));
    } catch (error) {
      return { code: 'DOCUMENT_INVALID', facts: detailsOf(error) };
    }
    if (said !== act.said || !this.#hasFields(parsed, act, world)) {
      return { code: 'DOCUMENT_CONTRADICTS_ACT', facts: { event, act: act.line } };
    }
    if (parsed.type === 'CatalogEntry' && act.resource !== null) {
      this.#entries.set(entryKey(shown.hash, act.resource.id, act.resource.version), parsed);
    }
    if (parsed.type === 'ShareAuthorization' && grantId !== null) this.authorizations.set(grantId, parsed);
    return null;
  }

  /** Whether the fields are those of the bitmap, as far as the entry that gives them their bits is shown. */
  #hasFields(parsed: { readonly type: string }, { fields }: Committed, world: World): boolean {
    const keys = keysOf(parsed);
    if (fields === null || keys === null) return true;
    const entry = this.entryOf(world, fields.resourceId, fields.version);
    if (entry === null) return true;
    try {
      return fieldBitmap(entry, keys) === fields.bitmap;
    } catch {
      return false;
    }
  }
}

/** Of a document that is not valid. */
function detailsOf(error: unknown): LedgerError['details'] {
  if (error instanceof LedgerError) return error.details;
  throw error;
}

function keysOf(parsed: { readonly type: string } | ShareRequest | ShareAuthorization): readonly string[] | null {
  if ('scope' in parsed) return parsed.scope.fields;
  return 'plainFields' in parsed ? parsed.fields : null;
}

function fieldsOf({ act, args, name }: Entry, world: World): Committed['fields'] {
  switch (name) {
    case 'ShareRequested':
      return { bitmap: act.big('fields'), resourceId: act.hex('resourceId'), version: act.small('resourceVersion') };
    case 'GrantIssued':
      return { bitmap: act.big('fields'), resourceId: args.hex('resourceId'), version: args.small('resourceVersion') };
    case 'GrantChanged': {
      const grant = world.grants.get(args.hex('newGrantId'));
      const { resourceId = '', resourceVersion: version = 0 } = grant ?? {};
      return { bitmap: act.big('fields'), resourceId, version };
    }
    default:
      return null;
  }
}

function resourceOf({ act, args, name }: Entry): Committed['resource'] {
  return name === 'ResourceSubmitted' ? { id: args.hex('resourceId'), version: act.small('version') } : null;
}

function entryKey(hash: string, resourceId: string, version: number): string {
  return `${hash}${resourceId}${String(version)}`;
}

function grantOf({ args, name }: Entry): string | null {
  if (name === 'GrantIssued') return args.hex('grantId');
  return name === 'GrantChanged' ? args.hex('newGrantId') : null;
}
