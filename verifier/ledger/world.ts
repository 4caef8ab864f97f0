import { type Contract, CONTRACTS } from './events.ts';
import type { Timeline } from './timeline.ts';
import type { YearBits } from './working-days.ts';

/** Kinds and statuses by their numbers on chain, docs/evidence-format.md section 6. */
export const KIND = { department: 1, authority: 2, regulator: 3, government: 4, operator: 5 } as const;
export const ACTIVE = 1;
export const SUSPENDED = 2;
export const CLASS = { unconditional: 1, conditional: 2, denied: 3 } as const;
export const NOBODY = `0x${'00'.repeat(18)}`;
export const ZERO = `0x${'00'.repeat(32)}`;

export interface Department {
  readonly kind: number;
  readonly superior: string;
  readonly region: string;
  readonly status: Timeline<number>;
  office: string;
  head: string;
  maker: string;
}

export interface AccessKey {
  readonly department: string;
  readonly algorithm: number;
  readonly publicKey: string;
  readonly notBefore: bigint;
  readonly notAfter: bigint;
  readonly since: number;
  revoked: { readonly block: number; readonly at: bigint } | null;
}

export interface Resource {
  readonly provider: string;
  readonly published: Timeline<number>;
  readonly restraint: Timeline<'none' | 'frozen' | 'retired'>;
  readonly versions: Map<number, Version>;
  updateDueAt: bigint;
  updateExtended: boolean;
  /** Grants in force, and the last second of the one that ends last, in force or not. */
  live: number;
  latestEnd: bigint;
}

export interface Version {
  readonly status: 'submitted' | 'returned' | 'published';
  readonly shareClass: number;
  readonly fieldCount: number;
  readonly documentHash: string;
  readonly conditionsHash: string;
  readonly derivedFrom: string;
}

export interface Request {
  readonly kind: number;
  readonly requester: string;
  readonly resourceId: string;
  readonly resourceVersion: number;
  readonly fields: bigint;
  readonly regionPrefix: string;
  readonly notBefore: bigint;
  readonly notAfter: bigint;
  status: 'submitted' | 'supplementing' | 'agreed' | 'refused' | 'withdrawn';
  supplementAsked: boolean;
  dueAt: bigint;
  extendableTo: bigint;
  reopenedBy: string | null;
}

export type GrantStatus =
  'issued' | 'delivered' | 'active' | 'suspended' | 'terminated' | 'changed' | 'released' | 'certified' | 'closed';

export interface Grant {
  readonly requestId: string;
  readonly requester: string;
  readonly provider: string;
  readonly resourceId: string;
  readonly resourceVersion: number;
  readonly notBefore: bigint;
  readonly notAfter: bigint;
  readonly disposalDays: number;
  readonly status: Timeline<GrantStatus>;
  suspension: {
    readonly by: string;
    readonly misuse: boolean;
    readonly followedUp: boolean;
    readonly dueAt: bigint;
  } | null;
}

export type CaseStatus =
  | 'filed'
  | 'verifying'
  | 'corrected'
  | 'upheld'
  | 'fed back'
  | 'closed'
  | 'negotiating'
  | 'applied'
  | 'coordinating'
  | 'settled'
  | 'escalated'
  | 'decided'
  | 'executed';

export interface Case {
  /** 0 for a correction, else what the dispute is about. */
  readonly subjectKind: number;
  readonly subject: string;
  readonly claimant: string;
  readonly respondent: string;
  readonly dueAt: bigint;
  status: CaseStatus;
  coordinator: string | null;
}

export interface Gateway {
  readonly operator: string;
  readonly publicKey: string;
  readonly account: string;
  readonly status: Timeline<'active' | 'retired' | 'equivocated'>;
  anchored: { readonly size: bigint; readonly root: string } | null;
}

/** The ledger as the log left it. Departments by their 18 bytes in hex, everything else by its id. */
export class World {
  readonly departments = new Map<string, Department>();
  readonly keys = new Map<string, AccessKey>();
  readonly years = new Map<number, YearBits>();
  readonly resources = new Map<string, Resource>();
  readonly sources = new Map<string, string>();
  readonly requests = new Map<string, Request>();
  readonly grants = new Map<string, Grant>();
  readonly cases = new Map<string, Case>();
  readonly reopenings = new Map<string, string>();
  readonly gateways = new Map<string, Gateway>();
  readonly listed = new Set<string>();
  /** Account of the first version, by name. */
  readonly firstListed = new Map<string, string>();
  readonly versions = new Map<string, number>();
  /** One of the contracts has a second version, whose history is not here. */
  hasLaterVersions = false;

  /** The department itself if it is a government, else the first one above it; null for none. */
  governmentOf(id: string): string | null {
    for (let next = id; next !== NOBODY;) {
      const department = this.departments.get(next);
      if (department === undefined) return null;
      if (department.kind === KIND.government) return next;
      next = department.superior;
    }
    return null;
  }

  /** From the lowest to the highest. */
  governmentsOf(id: string): readonly string[] {
    const found: string[] = [];
    for (let next = this.governmentOf(id); next !== null;) {
      found.push(next);
      next = this.governmentOf(this.departments.get(next)?.superior ?? NOBODY);
    }
    return found;
  }

  commonGovernmentOf(one: string, other: string): string | null {
    const others = new Set(this.governmentsOf(other));
    return this.governmentsOf(one).find((government) => others.has(government)) ?? null;
  }

  isLevel(authority: string, department: string): boolean {
    const isAuthority = this.departments.get(authority)?.kind === KIND.authority;
    return isAuthority && this.governmentOf(authority) === this.governmentOf(department);
  }

  isBusiness(id: string): boolean {
    const kind = this.departments.get(id)?.kind;
    return kind === KIND.department || kind === KIND.authority;
  }

  /** Contracts that `Directory` does not list, or at another address. It need not list itself. */
  unlistedOf(contracts: Readonly<Record<Contract, string>>): readonly Contract[] {
    return CONTRACTS.filter((contract) => {
      const address = this.firstListed.get(textWord(contract));
      return address === undefined ? contract !== 'Directory' : address !== contracts[contract];
    });
  }

  /** The version that was published last. */
  latestOf(resourceId: string): Version | undefined {
    const resource = this.resources.get(resourceId);
    return resource?.versions.get(resource.published.now ?? 0);
  }
}

/** ASCII in 32 bytes, zeros behind. */
export function textWord(text: string): string {
  return `0x${Buffer.from(text, 'latin1').toString('hex').padEnd(64, '0')}`;
}
