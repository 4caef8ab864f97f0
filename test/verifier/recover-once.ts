import { recoverAddress } from 'ethers';

/** As many as the bundles of one test file have; those of a million changed ones are not worth keeping. */
const MOST = 20_000;
const recovered = new Map<string, string | null>();

/** Signatures that were recovered before, by another library's rules: thousands of cases change something else. */
export function recoverOnce(digest: string, signature: string): string | null {
  const key = digest + signature;
  if (recovered.size === MOST) recovered.clear();
  if (!recovered.has(key)) recovered.set(key, recover(digest, signature));
  return recovered.get(key)!;
}

/** ethers takes compact signatures too, which the verifier must not. */
function recover(digest: string, signature: string): string | null {
  if (!/^0x[0-9a-f]{128}1[bc]$/.test(signature)) return null;
  try {
    return recoverAddress(digest, signature).toLowerCase();
  } catch {
    return null;
  }
}
