import { z } from 'zod';

import { callChain } from '../embedded/json-rpc.ts';

const blockSchema = z.object({ timestamp: z.string() });

/** The clock of the embedded chain, which a story may move on; no other chain allows that. */
export class ChainClock {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** Time of the newest block, Unix seconds. */
  async now(): Promise<number> {
    const block = blockSchema.parse(await callChain(this.#url, 'eth_getBlockByNumber', ['latest', false]));
    return Number(block.timestamp);
  }

  /** Makes a block at `seconds`, or leaves the clock where it is if that is past. */
  async moveTo(seconds: number): Promise<void> {
    if (seconds <= (await this.now())) return;
    await callChain(this.#url, 'anvil_setTime', [seconds * 1000]);
    await callChain(this.#url, 'evm_mine', []);
  }
}
