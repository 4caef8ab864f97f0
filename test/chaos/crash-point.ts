/**
 * Ends this process as `kill -9` would, at the step whose number is in DXL_CRASH_AT; 0 or absent never does.
 * Only the child scripts of this folder use it: production code knows nothing of crash points.
 */
export class CrashPoints {
  readonly #crashAt = Number(process.env['DXL_CRASH_AT'] ?? 0);
  #passed = 0;

  pass(): void {
    this.#passed += 1;
    if (this.#passed === this.#crashAt) process.kill(process.pid, 'SIGKILL');
  }

  /** A step that can end before it begins, or when it is done and nobody knows. */
  async around<Result>(step: () => Promise<Result>): Promise<Result> {
    this.pass();
    const result = await step();
    this.pass();
    return result;
  }
}
