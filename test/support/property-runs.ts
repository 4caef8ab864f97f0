/** Set while Stryker runs the tests, once for each mutant. */
export const isMutationRun = process.env['DXL_MUTATION'] === '1';

/** How often a property is tried: all of `runs`, but only `mutantRuns` times on one mutant of thousands. */
export function runsOf(runs: number, mutantRuns: number): number {
  return isMutationRun ? mutantRuns : runs;
}
