import hre from 'hardhat';
import type { ArtifactManager } from 'hardhat/types/artifacts';

/** Compiles the contracts if they changed; the artifacts stay in artifacts/. */
export async function build(): Promise<ArtifactManager> {
  await hre.tasks.getTask('compile').run({ quiet: true });
  return hre.artifacts;
}
