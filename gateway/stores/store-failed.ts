import { GatewayError } from '../errors.ts';

/** What a caller sees of a store that did not do its work; the cause is for the log. */
export function storeFailed(action: string, cause: unknown): GatewayError {
  return new GatewayError('STORE_FAILED', `Could not ${action}`, {}, cause);
}

/**
 * Runs one piece of store work. `action` completes the sentence "Could not ...".
 * @throws GatewayError STORE_FAILED with the cause; a GatewayError of the work itself passes unchanged
 */
export async function inStore<Result>(action: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof GatewayError ? cause : storeFailed(action, cause);
  }
}
