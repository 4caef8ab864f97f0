import { AbiCoder, concat, Interface, TypedDataEncoder, Wallet } from 'ethers';

import { workingDayCalendarAbi } from '../../ledger/__generated__/abi.ts';
import { newNonce } from '../../ledger/acts/new-nonce.ts';
import { departmentIdToHex, parseBytes32 } from '../../ledger/ids.ts';
import type { YearDays } from '../../ledger/working-days.ts';
import { build } from '../../scripts/compile-contracts.ts';
import type { Actor } from './actors.ts';
import { LedgerChain } from './ledger-chain.ts';

const calendar = new Interface(workingDayCalendarAbi);

/** The EIP-712 type as people read it in the specification. */
const TYPES = {
  CalendarYear: [
    { name: 'authority', type: 'bytes18' },
    { name: 'year', type: 'uint16' },
    { name: 'earlyDays', type: 'uint256' },
    { name: 'lateDays', type: 'uint256' },
    { name: 'noticeHash', type: 'bytes32' },
    { name: 'hashAlgorithm', type: 'uint8' },
    { name: 'nonce', type: 'uint256' },
    { name: 'expiresAt', type: 'uint64' },
  ],
};
const SHA256 = 1;
const NO_EXPIRY = 2n ** 64n - 1n;

/** The name and the arguments of the error with which the calendar refuses. */
export interface CalendarRefusal {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** A calendar beside the ledger of a real chain. */
export class CalendarChain {
  readonly address: string;
  readonly #chain: LedgerChain;
  readonly #relayer = new Wallet(Wallet.createRandom().privateKey);

  private constructor(chain: LedgerChain, address: string) {
    this.#chain = chain;
    this.address = address;
  }

  static async start(): Promise<CalendarChain> {
    const chain = await LedgerChain.start();
    const { bytecode } = await (await build()).readArtifact('WorkingDayCalendar');
    const registry = AbiCoder.defaultAbiCoder().encode(['address'], [chain.deployment.contracts.DepartmentRegistry]);
    const deployer = new Wallet(Wallet.createRandom().privateKey);
    const { transactionHash } = await chain.sendFrom(deployer, { to: null, data: concat([bytecode, registry]) });
    const receipt = (await chain.rpc('eth_getTransactionReceipt', [transactionHash])) as { contractAddress: string };
    return new CalendarChain(chain, receipt.contractAddress);
  }

  async stop(): Promise<void> {
    await this.#chain.stop();
  }

  /** The authority's office signs the year, and anybody carries it. */
  async setYear(year: number, { early, late }: YearDays, noticeHash: string): Promise<void> {
    const { chainId } = this.#chain.deployment;
    const by: Actor = this.#chain.authority;
    const act = {
      authority: departmentIdToHex(by.id),
      year,
      earlyDays: early,
      lateDays: late,
      noticeHash,
      hashAlgorithm: SHA256,
      nonce: newNonce(),
      expiresAt: NO_EXPIRY,
    };
    const domain = { name: 'WorkingDayCalendar', version: '1', chainId, verifyingContract: this.address };
    const signature = by.office.sign(parseBytes32(TypedDataEncoder.hash(domain, TYPES, act)));
    const data = calendar.encodeFunctionData('setYearBySig', [act, signature]);
    await this.#chain.sendFrom(this.#relayer, { to: this.address, data });
  }

  async addWorkingDays(timestamp: number, count: number): Promise<number | CalendarRefusal> {
    const answer = await this.#call('addWorkingDays', [timestamp, count]);
    return typeof answer === 'bigint' ? Number(answer) : (answer as CalendarRefusal);
  }

  async isWorkingDay(timestamp: number): Promise<boolean | CalendarRefusal> {
    return (await this.#call('isWorkingDay', [timestamp])) as boolean | CalendarRefusal;
  }

  /** What a whole transaction that asks would cost, 21,000 and its data among it. */
  async gasOf(timestamp: number, count: number): Promise<number> {
    const data = calendar.encodeFunctionData('addWorkingDays', [timestamp, count]);
    return Number(await this.#chain.rpc('eth_estimateGas', [{ to: this.address, data }]));
  }

  async #call(method: string, args: readonly unknown[]): Promise<unknown> {
    const call = { to: this.address, data: calendar.encodeFunctionData(method, args) };
    const response = await fetch(this.#chain.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call', params: [call, 'latest'] }),
    });
    const answer = (await response.json()) as { result?: string; error?: { data?: string } };
    if (answer.result !== undefined) return calendar.decodeFunctionResult(method, answer.result)[0];
    const error = calendar.parseError(answer.error?.data ?? '0x');
    return { name: error?.name ?? 'UNKNOWN', args: [...(error?.args ?? [])] } satisfies CalendarRefusal;
  }
}
