import type { Bytes32, DepartmentId, GrantId, ResourceId } from '../ids.ts';
import { chinese, type GraphNode, ref, text, typed } from './graph.ts';

/** IRIs of what the ledger knows. Nothing can be fetched under them, so they name it alike at every gateway. */
export const departmentIri = (id: DepartmentId): string => `urn:uscc:${id}`;
export const resourceIri = (id: ResourceId): string => `urn:dxl:resource:${id}`;
export const grantIri = (id: GrantId): string => `urn:dxl:grant:${id}`;
/** GB/T 2260: two to twelve digits. */
export const regionIri = (code: string): string => `urn:dxl:region:${code}`;

/** One version; what belongs to it has the same ending: `urn:dxl:offer:<id>:<version>`. */
export function versionIri(
  of: 'resource' | 'record' | 'offer' | 'service' | 'schema',
  id: ResourceId,
  version: number,
) {
  return `urn:dxl:${of}:${id}:${String(version)}`;
}

/** Says which ODRL terms are ours: left operands, units and values that ODRL has no word for. */
export const ODRL_PROFILE = 'urn:dxl:odrl:1';
export const purposeIri = (code: string): string => `urn:dxl:purpose:${code}`;
export const operandIri = (name: 'caseNumberGiven' | 'condition' | 'field' | 'mode'): string =>
  `urn:dxl:operand:${name}`;

export function agentNode(id: DepartmentId, name: string): GraphNode {
  return {
    '@id': departmentIri(id),
    '@type': ['foaf:Agent'],
    'foaf:name': chinese(name),
    'dct:identifier': text(id),
  };
}

export function regionNode(code: string): GraphNode {
  return { '@id': regionIri(code), '@type': ['dct:Location'], 'dct:identifier': text(code) };
}

/** `documentHash` of the ledger. Salted, so it is no plain SHA-256 of the document and is not called one. */
export function checksumNodes(documentHash: Bytes32): GraphNode[] {
  const value = documentHash.slice(2);
  return [
    {
      '@id': checksumIri(documentHash),
      '@type': ['spdx:Checksum'],
      'spdx:algorithm': ref('urn:dxl:digest:salted-sha256-jcs'),
      'spdx:checksumValue': typed('hexBinary', value),
    },
    {
      '@id': 'urn:dxl:digest:salted-sha256-jcs',
      '@type': ['spdx:ChecksumAlgorithm'],
      'dct:title': text('SHA-256 over a salt of 32 bytes and the RFC 8785 form of the document'),
    },
  ];
}

export function checksumIri(documentHash: Bytes32): string {
  return `urn:dxl:checksum:${documentHash}`;
}
