import type { Quota, ShareAuthorization } from '../documents/share-authorization.ts';
import type { GrantStatus } from '../grant-table.ts';
import type { Bytes32, GrantId } from '../ids.ts';
import { conceptIri } from './concepts.ts';
import {
  dateTime,
  type GraphDocument,
  graphDocument,
  type GraphNode,
  type GraphObject,
  ref,
  text,
  typed,
  whole,
} from './graph.ts';
import {
  checksumIri,
  checksumNodes,
  departmentIri,
  grantIri,
  ODRL_PROFILE,
  operandIri,
  purposeIri,
  regionIri,
  versionIri,
} from './names.ts';

/** A grant as the ledger holds it; `recordedAt` in Unix seconds. */
export interface GrantFacts {
  readonly grantId: GrantId;
  readonly status: GrantStatus;
  readonly recordedAt: number;
  readonly documentHash: Bytes32;
}

/** What is counted, and in which time: an XML Schema duration, null for the life of the grant (or the call). */
interface Limit {
  readonly name: keyof Quota;
  readonly unit: 'call' | 'row-of-a-call' | 'byte';
  readonly interval: string | null;
}

const LIMITS: readonly Limit[] = [
  { name: 'perSecond', unit: 'call', interval: 'PT1S' },
  { name: 'perDay', unit: 'call', interval: 'P1D' },
  { name: 'total', unit: 'call', interval: null },
  { name: 'maxRowsPerCall', unit: 'row-of-a-call', interval: null },
  { name: 'maxBytesPerDay', unit: 'byte', interval: 'P1D' },
];

/**
 * A grant as an ODRL 2.2 Agreement between provider and requester (docs/metadata-mapping.md). Reasons of what was not
 * given are left out: they are for the requester.
 *
 * @example
 * const agreement = odrlAgreement(authorization, { grantId, status: 'active', recordedAt, documentHash });
 */
export function odrlAgreement(authorization: ShareAuthorization, facts: GrantFacts): GraphDocument {
  const agreement = new Agreement(authorization, facts);
  return graphDocument([
    agreement.policy(),
    ...agreement.permission(),
    ...agreement.masking(),
    ...agreement.prohibitions(),
    ...agreement.disposal(),
    ...checksumNodes(facts.documentHash),
  ]);
}

class Agreement {
  readonly #terms: ShareAuthorization;
  readonly #facts: GrantFacts;
  readonly #iri: string;

  constructor(terms: ShareAuthorization, facts: GrantFacts) {
    this.#terms = terms;
    this.#facts = facts;
    this.#iri = grantIri(facts.grantId);
  }

  policy(): GraphNode {
    const { status, recordedAt, grantId, documentHash } = this.#facts;
    return {
      '@id': this.#iri,
      '@type': ['odrl:Agreement', 'odrl:Policy'],
      'odrl:uid': ref(this.#iri),
      'odrl:profile': ref(ODRL_PROFILE),
      ...this.#parties(),
      'odrl:permission': ref(this.#part('use')),
      'odrl:prohibition': [ref(this.#part('distribute')), ref(this.#part('transfer'))],
      'odrl:obligation': [ref(this.#part('delete')), ref(this.#part('inform'))],
      'dct:identifier': text(grantId),
      'dct:issued': dateTime(recordedAt),
      'dct:relation': ref(`urn:dxl:request:${this.#terms.requestId}`),
      'dxl:grantStatus': text(status),
      'dxl:recordsRetainedYears': whole(this.#terms.records.retainYears),
      'spdx:checksum': ref(checksumIri(documentHash)),
    };
  }

  permission(): GraphNode[] {
    const uses = this.#uses();
    const limits = this.#quota();
    return [
      {
        '@id': this.#part('use'),
        '@type': ['odrl:Permission'],
        ...this.#parties(),
        'odrl:action': ref('odrl:use'),
        'odrl:constraint': [...uses, ...limits.map(({ limit }) => limit)].map((node) => ref(node['@id'])),
        'odrl:duty': this.#masked().length === 0 ? [] : [ref(this.#part('anonymize'))],
      },
      ...uses,
      ...limits.flatMap(({ limit, parts }) => [limit, ...parts]),
    ];
  }

  /** 脱敏 is the provider's: its gateway masks every field that is not granted in plain, by the field's rule. */
  masking(): GraphNode[] {
    const masked = this.#masked();
    if (masked.length === 0) return [];
    return [
      {
        '@id': this.#part('anonymize'),
        '@type': ['odrl:Duty'],
        'odrl:target': this.#target(),
        'odrl:assignee': ref(departmentIri(this.#terms.assigner)),
        'odrl:action': ref('odrl:anonymize'),
        'odrl:constraint': ref(this.#part('masked')),
      },
      this.#constraint('masked', operandIri('field'), 'isAnyOf', { '@list': masked.map(text) }),
    ];
  }

  /** 禁止转供. */
  prohibitions(): GraphNode[] {
    return (['distribute', 'transfer'] as const).map((action) => ({
      '@id': this.#part(action),
      '@type': ['odrl:Prohibition'],
      ...this.#parties(),
      'odrl:action': ref(`odrl:${action}`),
    }));
  }

  /** Obligations, not duties of the permission: such a duty would have to be fulfilled before the use. */
  disposal(): GraphNode[] {
    const { days, method } = this.#terms.disposal;
    const duty = (action: 'delete' | 'inform'): GraphNode => ({
      '@id': this.#part(action),
      '@type': ['odrl:Duty'],
      ...this.#parties(),
      'odrl:action': ref(`odrl:${action}`),
      'odrl:constraint': ref(this.#part('disposal')),
      'dxl:disposalMethod': text(method),
    });
    const within = typed('duration', `P${String(days)}D`);
    return [duty('delete'), duty('inform'), this.#constraint('disposal', 'odrl:delayPeriod', 'lteq', within)];
  }

  #uses(): GraphNode[] {
    const { assignee, window, purposes, systems, rowFilter, fields, mode, caseIdRequired } = this.#terms;
    const nodes = [
      this.#constraint('not-before', 'odrl:dateTime', 'gteq', dateTime(window.notBefore)),
      this.#constraint('not-after', 'odrl:dateTime', 'lteq', dateTime(window.notAfter)),
      this.#constraint('purpose', 'odrl:purpose', 'isAnyOf', {
        '@list': purposes.map((code) => ref(purposeIri(code))),
      }),
      this.#constraint('recipient', 'odrl:recipient', 'eq', ref(departmentIri(assignee))),
      this.#constraint('fields', operandIri('field'), 'isAnyOf', { '@list': fields.map(text) }),
      this.#constraint('mode', operandIri('mode'), 'eq', ref(conceptIri('mode', mode))),
    ];
    if (systems.length > 0) {
      nodes.push(this.#constraint('systems', 'odrl:systemDevice', 'isAnyOf', { '@list': systems.map(text) }));
    }
    if (rowFilter !== null) {
      nodes.push(this.#constraint('rows', 'odrl:spatial', 'isPartOf', ref(regionIri(rowFilter.regionPrefix))));
    }
    if (caseIdRequired) {
      nodes.push(this.#constraint('case', operandIri('caseNumberGiven'), 'eq', typed('boolean', 'true')));
    }
    return nodes;
  }

  /** Each limit with its unit and interval as one logical constraint: a count alone does not say of what. */
  #quota() {
    return LIMITS.map(({ name, unit, interval }) => {
      const part = (suffix: string): string => `${name}-${suffix}`;
      const parts = [
        this.#constraint(part('count'), 'odrl:count', 'lteq', whole(this.#terms.quota[name])),
        this.#constraint(part('unit'), 'odrl:unitOfCount', 'eq', ref(`urn:dxl:unit:${unit}`)),
        ...(interval === null
          ? []
          : [this.#constraint(part('interval'), 'odrl:timeInterval', 'eq', typed('duration', interval))]),
      ];
      const limit: GraphNode = {
        '@id': this.#part(name),
        '@type': ['odrl:LogicalConstraint'],
        'odrl:and': { '@list': parts.map((node) => ref(node['@id'])) },
      };
      return { limit, parts };
    });
  }

  #constraint(name: string, leftOperand: string, operator: string, rightOperand: GraphObject): GraphNode {
    return {
      '@id': this.#part(name),
      '@type': ['odrl:Constraint'],
      'odrl:leftOperand': ref(leftOperand),
      'odrl:operator': ref(`odrl:${operator}`),
      'odrl:rightOperand': rightOperand,
    };
  }

  #parties() {
    return {
      'odrl:assigner': ref(departmentIri(this.#terms.assigner)),
      'odrl:assignee': ref(departmentIri(this.#terms.assignee)),
      'odrl:target': this.#target(),
    };
  }

  #target() {
    return ref(versionIri('resource', this.#terms.resource.id, this.#terms.resource.version));
  }

  #masked(): readonly string[] {
    return this.#terms.fields.filter((key) => !this.#terms.plainFields.includes(key));
  }

  #part(name: string): string {
    return `${this.#iri}#${name}`;
  }
}
