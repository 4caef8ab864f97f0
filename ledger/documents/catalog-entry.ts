import { z } from 'zod';

import { saltedHash } from '../document-hash.ts';
import { type Bytes32, parseBytes32 } from '../ids.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import { type CrossRule, isUnique, withRules } from './document-rule.ts';
import {
  codeSchema,
  departmentIdSchema,
  digestSchema,
  elementSchema,
  fieldKeySchema,
  MAX_FIELDS,
  MAX_LIST_LENGTH,
  modeSchema,
  nameSchema,
  partySchema,
  resourceIdSchema,
  textSchema,
  versionSchema,
} from './terms.ts';

export const MAX_CATEGORY_DEPTH = 6;

/** How the gateway shows a field that is not granted in plain (domain rules of 脱敏). DROP is never shown. */
export const MASKS = ['NONE', 'NAME', 'ID_1_1', 'ID_6_4', 'PHONE', 'ADDR_DISTRICT', 'BANK', 'YEAR', 'DROP'] as const;
export type Mask = (typeof MASKS)[number];

/** A prefix of what is masked so is a piece of what the mask hides, so no region filter may compare it. */
const IDENTIFYING_MASKS: readonly Mask[] = ['NAME', 'ID_1_1', 'ID_6_4', 'PHONE', 'BANK'];

/** 安全级别 1 to 4 by ascending sensitivity. */
const levelSchema = z.int().min(1).max(4);

/** 信息项. `type` as in GA/T 543.1 tables: c18, s50, e2 with a length; n, date, dt, bool without. */
const catalogFieldSchema = z.strictObject({
  key: fieldKeySchema,
  name: nameSchema,
  element: elementSchema.exactOptional(),
  codeList: nameSchema.exactOptional(),
  type: z.string().regex(/^(?:[cse][1-9]\d{0,3}|n|date|dt|bool)$/),
  level: levelSchema,
  mask: z.enum(MASKS),
  personal: z.boolean(),
});

/** Instruments that may forbid sharing (条例 art. 14, 15): local rules and ministry notices are not among them. */
const denyBasisSchema = z.strictObject({
  instrumentKind: z.enum(['LAW', 'ADMINISTRATIVE_REGULATION', 'STATE_COUNCIL_DECISION']),
  instrument: nameSchema,
  article: nameSchema,
});

const memberSchema = z.strictObject({
  type: z.literal('CatalogEntry'),
  schema: z.literal('dxl/catalog-entry/1'),
  resourceCode: z
    .string()
    .max(64)
    .regex(/^[1-9]\d{5}[0-9A-Z]*\/\d{6,}$/),
  version: versionSchema,
  name: nameSchema,
  abstract: textSchema,
  provider: partySchema,
  /** 数源部门; `derivedFrom` is null exactly when the provider is the source itself (一数一源; domain rule R12). */
  sourceDept: departmentIdSchema,
  derivedFrom: resourceIdSchema.nullable(),
  category: z.array(nameSchema).min(1).max(MAX_CATEGORY_DEPTH),
  regionCode: z.string().regex(/^\d{6}$/),
  format: z.enum(['DB_TABLE', 'FILE', 'API', 'OTHER']),
  shareClass: z.enum(['UNCONDITIONAL', 'CONDITIONAL', 'DENIED']),
  conditions: z.array(z.strictObject({ code: codeSchema, text: textSchema })).max(MAX_LIST_LENGTH),
  denyBasis: denyBasisSchema.nullable(),
  modes: z.array(modeSchema).max(modeSchema.options.length),
  openClass: z.enum(['NOT_OPEN', 'CONDITIONAL', 'OPEN']),
  updateCycle: z.enum(['REALTIME', 'DAILY', 'WEEKLY', 'MONTHLY', 'QUARTERLY', 'YEARLY', 'OTHER']),
  /** Core data (核心数据) never enters the ledger. */
  lawClass: z.enum(['GENERAL', 'IMPORTANT']),
  level: levelSchema,
  issued: z.iso.date(),
  modified: z.iso.date(),
  related: z.array(resourceIdSchema).max(MAX_LIST_LENGTH),
  fields: z.array(catalogFieldSchema).min(1).max(MAX_FIELDS),
  /** Key of the field that a region filter compares; null when rows have no region. */
  regionField: fieldKeySchema.nullable(),
  /** Reports of the secrecy and personal information impact assessments (R6). */
  assessments: z.strictObject({ secrecy: digestSchema, pia: digestSchema.nullable() }),
  /** The provider's statement that neither state nor work secrets are inside (R1). */
  nonSecret: z.literal(true),
});

const RULES: readonly CrossRule<z.output<typeof memberSchema>>[] = [
  {
    rule: 'SOURCE_FITS_DERIVATION',
    path: ['derivedFrom'],
    holds: (entry) => (entry.derivedFrom === null) === (entry.sourceDept === entry.provider.uscc),
  },
  {
    rule: 'CONDITIONS_FIT_CLASS',
    path: ['conditions'],
    holds: (entry) => (entry.shareClass === 'CONDITIONAL') === entry.conditions.length > 0,
  },
  {
    rule: 'DENY_BASIS_FITS_CLASS',
    path: ['denyBasis'],
    holds: (entry) => (entry.shareClass === 'DENIED') === (entry.denyBasis !== null),
  },
  {
    rule: 'MODES_FIT_CLASS',
    path: ['modes'],
    holds: (entry) => entry.shareClass === 'DENIED' || entry.modes.length > 0,
  },
  { rule: 'UNIQUE', path: ['conditions'], holds: (entry) => isUnique(entry.conditions.map(({ code }) => code)) },
  { rule: 'UNIQUE', path: ['modes'], holds: (entry) => isUnique(entry.modes) },
  { rule: 'UNIQUE', path: ['fields'], holds: (entry) => isUnique(entry.fields.map(({ key }) => key)) },
  {
    rule: 'LEVEL_IS_HIGHEST',
    path: ['level'],
    holds: (entry) => entry.level === Math.max(...entry.fields.map(({ level }) => level)),
  },
  {
    rule: 'REGION_FIELD_EXISTS',
    path: ['regionField'],
    holds: (entry) => entry.regionField === null || entry.fields.some(({ key }) => key === entry.regionField),
  },
  {
    rule: 'REGION_FIELD_IDENTIFIES_NOBODY',
    path: ['regionField'],
    holds: (entry) =>
      entry.fields.every(({ key, mask }) => key !== entry.regionField || !IDENTIFYING_MASKS.includes(mask)),
  },
  {
    rule: 'PIA_FOR_PERSONAL',
    path: ['assessments', 'pia'],
    holds: (entry) => entry.assessments.pia !== null || entry.fields.every(({ personal }) => !personal),
  },
];

/** 目录条目: one version of a data resource (条例 art. 13; domain rules R6 to R9). */
export const catalogEntrySchema = withRules(memberSchema, RULES);
export type CatalogEntry = DeepReadonly<z.output<typeof catalogEntrySchema>>;
export type CatalogField = CatalogEntry['fields'][number];

const NO_HASH = parseBytes32(`0x${'0'.repeat(64)}`);

/**
 * `conditionsHash` of a `ResourceSubmission`: SHA-256(salt || JCS(conditions)), zero without conditions.
 *
 * @param salt the salt of the whole entry, base64url
 */
export function conditionsHash(entry: Pick<CatalogEntry, 'conditions'>, salt: string): Bytes32 {
  return entry.conditions.length === 0 ? NO_HASH : saltedHash(salt, entry.conditions);
}

/** `denyBasisHash` of a `ResourceSubmission`: SHA-256(salt || JCS(denyBasis)), zero when sharing is not denied. */
export function denyBasisHash(entry: Pick<CatalogEntry, 'denyBasis'>, salt: string): Bytes32 {
  return entry.denyBasis === null ? NO_HASH : saltedHash(salt, entry.denyBasis);
}

/** `secrecyHash` and `piaHash` of a `ResourceSubmission`: the digests as the entry gives them, zero for no PIA (R6). */
export function assessmentHashes({ assessments }: Pick<CatalogEntry, 'assessments'>): {
  readonly secrecyHash: Bytes32;
  readonly piaHash: Bytes32;
} {
  const { secrecy, pia } = assessments;
  return {
    secrecyHash: parseBytes32(`0x${secrecy.value}`),
    piaHash: pia === null ? NO_HASH : parseBytes32(`0x${pia.value}`),
  };
}
