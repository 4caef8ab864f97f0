/** The highest block that the gateway was told of: until it is proved, no older state may permit anything. */
export class HeardBlocks {
  /** On this connection, and on earlier ones until this one has been proved. */
  #here = 0;
  #earlier = 0;
  #connection = 0;

  get highest(): number {
    return Math.max(this.#here, this.#earlier);
  }

  /** Names the connection for `proved`. */
  get connection(): number {
    return this.#connection;
  }

  hear(blockNumber: number): void {
    this.#here = Math.max(this.#here, blockNumber);
  }

  reconnected(): void {
    this.#earlier = this.highest;
    this.#here = 0;
    this.#connection += 1;
  }

  /** @param connection as it was when the proof began: one of an earlier connection says nothing about this one */
  proved(connection: number): void {
    if (connection === this.#connection) this.#earlier = 0;
  }
}
