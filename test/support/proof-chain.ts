import { concat, toBeHex } from 'ethers';
import { createHardhatRuntimeEnvironment } from 'hardhat/hre';

/** A node in this process that answers `eth_getProof`; it ends with the test. */
export class ProofChain {
  readonly #request: (method: string, params: readonly unknown[]) => Promise<unknown>;

  private constructor(request: (method: string, params: readonly unknown[]) => Promise<unknown>) {
    this.#request = request;
  }

  static async start(): Promise<ProofChain> {
    const { network } = await createHardhatRuntimeEnvironment({
      networks: { proof: { type: 'edr-simulated', chainType: 'l1', chainId: 20990, initialBaseFeePerGas: 0 } },
    });
    const { provider } = await network.create('proof');
    return new ProofChain(
      async (method, params): Promise<unknown> => (await provider.request({ method, params: [...params] })) as unknown,
    );
  }

  async rpc(method: string, ...params: readonly unknown[]): Promise<unknown> {
    return await this.#request(method, params);
  }

  /** A contract with these words in its storage and one byte of code. */
  async deployStorage(words: ReadonlyMap<bigint, bigint>): Promise<string> {
    const [from] = (await this.rpc('eth_accounts')) as string[];
    const writes = [...words].map(([slot, value]) =>
      concat(['0x7f', toBeHex(value, 32), '0x7f', toBeHex(slot, 32), '0x55']),
    );
    // Returns one byte of memory, STOP.
    const data = concat([...writes, '0x60015ff3']);
    const hash = await this.rpc('eth_sendTransaction', { from, data, gas: '0xe00000', gasPrice: '0x0' });
    const receipt = (await this.rpc('eth_getTransactionReceipt', hash)) as { contractAddress: string };
    return receipt.contractAddress;
  }

  async stateRoot(): Promise<string> {
    return ((await this.rpc('eth_getBlockByNumber', 'latest', false)) as { stateRoot: string }).stateRoot;
  }

  async proof(address: string, slots: readonly bigint[]): Promise<Record<string, unknown>> {
    const keys = slots.map((slot) => toBeHex(slot, 32));
    return (await this.rpc('eth_getProof', address, keys, 'latest')) as Record<string, unknown>;
  }
}
