import {
  AbiCoder,
  concat,
  hexlify,
  Interface,
  keccak256,
  toUtf8Bytes,
  TypedDataEncoder,
  ZeroAddress,
  zeroPadBytes,
} from 'ethers';
import { artifacts, network } from 'hardhat';

import {
  caseBookAbi,
  departmentRegistryAbi,
  directoryAbi,
  resourceCatalogAbi,
  shareLedgerAbi,
  workingDayCalendarAbi,
} from '../../ledger/__generated__/abi.ts';
import { yearDaysOf } from '../../ledger/working-days.ts';
import {
  type Act,
  ACTS,
  type ContractName,
  DISPUTE_SUBJECTS,
  hashOf,
  reason,
  REQUEST_KINDS,
  SHARE_CLASSES,
  type Signatory,
} from './acts.ts';
import { FIRST_YEAR, LAST_YEAR, workingDatesOf } from './calendar.ts';
import { accountOf, DEPARTMENTS, type DepartmentName, idOf, keyOf, KINDS, nameOf, SUSPENDED } from './departments.ts';

export const CHAIN_ID = 20990;
const GAS = 5_000_000;

export const INTERFACES = {
  DepartmentRegistry: new Interface(departmentRegistryAbi),
  Directory: new Interface(directoryAbi),
  WorkingDayCalendar: new Interface(workingDayCalendarAbi),
  ResourceCatalog: new Interface(resourceCatalogAbi),
  ShareLedger: new Interface(shareLedgerAbi),
  CaseBook: new Interface(caseBookAbi),
};
export type AnyContract = keyof typeof INTERFACES;

/** Errors of contracts that another one calls, and of OpenZeppelin, are all in one of these. */
const ERRORS = Object.values(INTERFACES);

interface Connection {
  readonly provider: { request(call: { method: string; params: unknown[] }): Promise<unknown> };
  close(): Promise<void>;
}

/** An act with all that a transaction needs. */
export interface SignedAct {
  readonly digest: string;
  readonly signatories: readonly Signatory[];
  readonly to: string;
  readonly data: string;
}

export interface Heads {
  readonly bytes: string;
  /** How many entries all contracts have together. */
  readonly entries: number;
  readonly byName: ReadonlyMap<string, { readonly seq: number; readonly head: string }>;
}

interface HeadAnswer {
  readonly account: string;
  readonly seq: bigint;
  readonly head: string;
}

export interface Entry {
  readonly topics: readonly string[];
  readonly data: string;
  readonly address: string;
}

/** All contracts of the ledger on a chain in this process, with the departments and the calendar entered. */
export class TransitionChain {
  readonly #connection: Connection;
  readonly #admin: string;
  readonly addresses = new Map<string, string>();
  readonly #separators = new Map<string, string>();

  private constructor(connection: Connection, admin: string) {
    this.#connection = connection;
    this.#admin = admin;
  }

  static async start(now: number): Promise<TransitionChain> {
    const connection = await network.create({
      network: 'default',
      override: { allowBlocksWithSameTimestamp: true, initialDate: new Date(now * 1000), loggingEnabled: false },
    });
    const [admin] = (await connection.provider.request({ method: 'eth_accounts', params: [] })) as string[];
    const chain = new TransitionChain(connection, admin!);
    await chain.#deployAll();
    await chain.#registerAll();
    await chain.#announceYears();
    return chain;
  }

  async stop(): Promise<void> {
    await this.#connection.close();
  }

  async rpc(method: string, params: unknown[] = []): Promise<unknown> {
    return await this.#connection.provider.request({ method, params });
  }

  /** The chain as it is now comes back after `trial`, whatever that does. */
  async isolated<Result>(trial: () => Promise<Result>): Promise<Result> {
    const snapshot = await this.rpc('evm_snapshot');
    try {
      return await trial();
    } finally {
      await this.rpc('evm_revert', [snapshot]);
    }
  }

  sign(act: Act, signatories: readonly Signatory[], contract: string = ACTS[act.name].contract): SignedAct {
    const { type, method, contract: name, second } = ACTS[act.name];
    const to = this.addresses.get(contract)!;
    const members = encoderOf(type);
    const value = membersOf(act);
    const digest = keccak256(concat(['0x1901', this.#separatorOf(name, to), members.encoder.hash(value)]));
    const signatures = signatories.map(({ department, role }) => keyOf(department, role).sign(digest).serialized);
    const asked = second === null ? 1 : 2;
    const given = Array.from({ length: asked }, (_, index) => signatures[index] ?? '0x');
    const struct = members.names.map((member) => value[member]);
    return { digest, signatories, to, data: INTERFACES[name].encodeFunctionData(method, [struct, ...given]) };
  }

  #separatorOf(name: ContractName, verifyingContract: string): string {
    const known = this.#separators.get(verifyingContract);
    if (known !== undefined) return known;
    const separator = TypedDataEncoder.hashDomain({ ...domainOf(name), verifyingContract });
    this.#separators.set(verifyingContract, separator);
    return separator;
  }

  /** The error with which the contract refuses at `now`, null if it accepts. */
  async send({ to, data }: Pick<SignedAct, 'to' | 'data'>, now: number): Promise<string | null> {
    await this.rpc('evm_setNextBlockTimestamp', [now]);
    const transaction = { from: this.#admin, to, data, gas: `0x${GAS.toString(16)}` };
    try {
      await this.rpc('eth_sendTransaction', [transaction]);
      return null;
    } catch (error) {
      return errorNameOf(error);
    }
  }

  async call(contract: string, method: string, args: readonly unknown[]): Promise<unknown> {
    const abi = INTERFACES[contract.split(' ')[0] as AnyContract];
    const call = { to: this.addresses.get(contract), data: abi.encodeFunctionData(method, args) };
    const answer = (await this.rpc('eth_call', [call, 'latest'])) as string;
    return abi.decodeFunctionResult(method, answer)[0];
  }

  /** The history heads of all contracts: what changes nothing leaves them alone. */
  async heads(): Promise<Heads> {
    const others = [...this.addresses].flatMap(([name, address]) =>
      name === 'AccessManager' || name === 'Directory' ? [] : [address],
    );
    const abi = INTERFACES.Directory;
    const call = { to: this.addresses.get('Directory'), data: abi.encodeFunctionData('headsOf', [others]) };
    const bytes = (await this.rpc('eth_call', [call, 'latest'])) as string;
    const [heads] = abi.decodeFunctionResult('headsOf', bytes) as unknown as [HeadAnswer[]];
    const entries = heads.reduce((sum, { seq }) => sum + Number(seq), 0);
    const names = new Map([...this.addresses].map(([name, address]) => [address.toLowerCase(), name]));
    const named = heads.map(
      ({ account, seq, head }) => [names.get(account.toLowerCase())!, { seq: Number(seq), head }] as const,
    );
    return { bytes, entries, byName: new Map(named) };
  }

  async logsOf(contract: string): Promise<readonly Entry[]> {
    const filter = { address: this.addresses.get(contract), fromBlock: '0x0', toBlock: 'latest' };
    return (await this.rpc('eth_getLogs', [filter])) as Entry[];
  }

  async govern(department: DepartmentName, isActive: boolean, now: number): Promise<void> {
    const order = [idOf(department), isActive ? 1 : 2, reason('TEST')];
    await this.#administer('DepartmentRegistry', 'governStatus', [order], now);
  }

  /** Deploys one more version of a contract and lists it, as `name 2`. */
  async addVersion(name: 'ShareLedger' | 'CaseBook'): Promise<void> {
    await this.#deployListed(name, `${name} 2`, ['DepartmentRegistry', 'ResourceCatalog', 'WorkingDayCalendar']);
  }

  async #deployAll(): Promise<void> {
    const manager = await artifacts.readArtifact('AccessManager');
    const code = AbiCoder.defaultAbiCoder().encode(['address'], [this.#admin]);
    this.addresses.set('AccessManager', await this.#create(manager.bytecode, code));
    await this.#deploy('Directory', 'Directory', ['AccessManager']);
    await this.#deployListed('DepartmentRegistry', 'DepartmentRegistry', ['AccessManager'], false);
    await this.#deployListed('WorkingDayCalendar', 'WorkingDayCalendar', ['DepartmentRegistry'], false);
    await this.#deployListed('ResourceCatalog', 'ResourceCatalog', ['DepartmentRegistry', 'WorkingDayCalendar']);
    const collaborators = ['DepartmentRegistry', 'ResourceCatalog', 'WorkingDayCalendar'];
    await this.#deployListed('ShareLedger', 'ShareLedger', collaborators);
    await this.#deployListed('CaseBook', 'CaseBook', collaborators);
  }

  async #deployListed(name: AnyContract, label: string, others: string[], withDirectory = true): Promise<void> {
    await this.#deploy(name, label, withDirectory ? [...others, 'Directory'] : others);
    const listing = [zeroPadBytes(toUtf8Bytes(name), 32), this.addresses.get(label)];
    await this.#administer('Directory', 'list', listing);
  }

  async #deploy(name: AnyContract, label: string, constructorArguments: readonly string[]): Promise<void> {
    const { bytecode } = await artifacts.readArtifact(name);
    const given = constructorArguments.map((argument) => this.addresses.get(argument));
    const code = AbiCoder.defaultAbiCoder().encode(
      given.map(() => 'address'),
      given,
    );
    this.addresses.set(label, await this.#create(bytecode, code));
  }

  async #create(bytecode: string, argumentsCode: string): Promise<string> {
    const data = concat([bytecode, argumentsCode]);
    const hash = await this.rpc('eth_sendTransaction', [{ from: this.#admin, data }]);
    const receipt = (await this.rpc('eth_getTransactionReceipt', [hash])) as { contractAddress: string };
    return receipt.contractAddress;
  }

  async #administer(contract: AnyContract, method: string, args: readonly unknown[], now?: number): Promise<void> {
    if (now !== undefined) await this.rpc('evm_setNextBlockTimestamp', [now]);
    const data = INTERFACES[contract].encodeFunctionData(method, args);
    await this.rpc('eth_sendTransaction', [{ from: this.#admin, to: this.addresses.get(contract), data }]);
  }

  /** Governments and authorities by the administrator, all others by an authority. */
  async #registerAll(): Promise<void> {
    for (const { name, kind, superior, region } of DEPARTMENTS) {
      const isSupervisor = kind === 'Government' || kind === 'Authority';
      const act = {
        authority: idOf(OVERSEERS[region] ?? 'provinceAuthority'),
        department: idOf(name),
        kind: KINDS.indexOf(kind),
        superior: superior === null ? `0x${'00'.repeat(18)}` : idOf(superior),
        region: hexlify(toUtf8Bytes(region)),
        maker: accountOf(name, 'Maker'),
        office: accountOf(name, 'Office'),
        head: accountOf(name, 'Head'),
        nonce: BigInt(DEPARTMENTS.findIndex((row) => row.name === name)) << 64n,
        expiresAt: 2n ** 64n - 1n,
      };
      const { types, names } = encoderOf(REGISTRATION);
      const struct = names.map((member) => act[member as keyof typeof act]);
      if (isSupervisor) await this.#administer('DepartmentRegistry', 'admitSupervisor', [struct]);
      else await this.#bySignature('DepartmentRegistry', 'registerDepartmentBySig', types, act, struct);
    }
    for (const name of SUSPENDED) {
      await this.#administer('DepartmentRegistry', 'governStatus', [[idOf(name), 2, reason('TEST')]]);
    }
  }

  async #announceYears(): Promise<void> {
    for (let year = FIRST_YEAR; year <= LAST_YEAR; year += 1) {
      const { early, late } = yearDaysOf(year, workingDatesOf(year));
      const act = {
        authority: idOf('authorityA'),
        year,
        earlyDays: early,
        lateDays: late,
        noticeHash: hashOf('notice'),
        hashAlgorithm: 1,
        nonce: BigInt(year) << 64n,
        expiresAt: 2n ** 64n - 1n,
      };
      const { types, names } = encoderOf(CALENDAR_YEAR);
      const struct = names.map((member) => act[member as keyof typeof act]);
      await this.#bySignature('WorkingDayCalendar', 'setYearBySig', types, act, struct);
    }
  }

  async #bySignature(
    contract: AnyContract,
    method: string,
    types: Types,
    act: Record<string, unknown>,
    struct: readonly unknown[],
  ): Promise<void> {
    const digest = TypedDataEncoder.hash(
      { ...domainOf(contract), verifyingContract: this.addresses.get(contract) ?? ZeroAddress },
      types,
      act,
    );
    const signature = keyOf(nameOf(String(act['authority'])), 'Office').sign(digest).serialized;
    await this.#administer(contract, method, [struct, signature]);
  }
}

/** Who registers departments outside the province, by their region. */
const OVERSEERS: Readonly<Record<string, DepartmentName>> = {
  '970000': 'strayAuthority',
  '980000': 'authorityElsewhere',
};

const REGISTRATION =
  'DepartmentRegistration(bytes18 authority,bytes18 department,uint8 kind,bytes18 superior,bytes6 region,' +
  'bytes maker,bytes office,bytes head,uint256 nonce,uint64 expiresAt)';
const CALENDAR_YEAR =
  'CalendarYear(bytes18 authority,uint16 year,uint256 earlyDays,uint256 lateDays,bytes32 noticeHash,' +
  'uint8 hashAlgorithm,uint256 nonce,uint64 expiresAt)';

type Types = Record<string, { name: string; type: string }[]>;

interface Encoder {
  readonly encoder: TypedDataEncoder;
  readonly types: Types;
  readonly names: readonly string[];
}

const ENCODERS = new Map<string, Encoder>();

/** `Name(type member,...)` as EIP-712 writes a type, in the form that ethers takes. */
function encoderOf(signature: string): Encoder {
  const known = ENCODERS.get(signature);
  if (known !== undefined) return known;
  const [, name, list] = /^(\w+)\((.*)\)$/.exec(signature)!;
  const members = list!.split(',').map((member) => {
    const [type, memberName] = member.split(' ');
    return { name: memberName!, type: type! };
  });
  const types = { [name!]: members };
  const made = { types, encoder: TypedDataEncoder.from(types), names: members.map((member) => member.name) };
  ENCODERS.set(signature, made);
  return made;
}

const domainOf = (name: AnyContract | ContractName) => ({ name, version: '1', chainId: CHAIN_ID });

export const regionBytes = (prefix: string): string => hexlify(zeroPadBytes(toUtf8Bytes(prefix), 12));

/** All members under all the names that the structs give them. */
export function membersOf(act: Act): Record<string, unknown> {
  const department = idOf(act.department);
  const isDesignation = act.name === 'designateSource';
  return {
    ...act,
    ...{ department, provider: department, requester: department, claimant: department },
    authority: isDesignation ? department : idOf(act.authority),
    respondent: idOf(act.respondent),
    ...{ resourceId: act.subject, requestId: act.subject, grantId: act.subject },
    kind: REQUEST_KINDS.indexOf(act.kind),
    shareClass: SHARE_CLASSES.indexOf(act.shareClass),
    subjectKind: DISPUTE_SUBJECTS.indexOf(act.subjectKind),
    regionPrefix: regionBytes(act.regionPrefix),
  };
}

/** The name of the custom error in what the chain answered. */
function errorNameOf(error: unknown): string {
  const data = (error as { data?: unknown }).data;
  if (typeof data !== 'string') throw error;
  for (const abi of ERRORS) {
    const parsed = abi.parseError(data);
    if (parsed !== null) return parsed.name;
  }
  throw error;
}
