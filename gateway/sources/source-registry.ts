import { GatewayError } from '../errors.ts';
import type { Source } from './source.ts';
import { sourceFailure } from './source-failure.ts';

/** How many sources have passed their check, are wrong, are away, or have not been asked yet. */
export interface SourceStanding {
  readonly usable: number;
  readonly wrong: number;
  readonly away: number;
  readonly unchecked: number;
}

/** The sources of one gateway, by resource. */
export class SourceRegistry {
  readonly #sources: ReadonlyMap<string, Source>;
  /** Sources that have not passed a check: with their failure, or null before the first check. */
  readonly #pending: Map<string, GatewayError | null>;
  #checking = false;

  constructor(sources: ReadonlyMap<string, Source>) {
    this.#sources = sources;
    this.#pending = new Map([...sources.keys()].map((key) => [key, null]));
  }

  /**
   * The source of a resource.
   * @throws GatewayError SOURCE_NOT_CONFIGURED
   */
  sourceFor(resourceId: string): Source {
    const source = this.#sources.get(resourceId);
    if (source === undefined) {
      throw new GatewayError('SOURCE_NOT_CONFIGURED', 'This gateway has no source for the resource');
    }
    return source;
  }

  /**
   * Checks every source that has not passed a check yet: what passed once is judged by its reads. The answer has the
   * failures that are new, by resource id; it is empty while another check is under way.
   */
  async check(): Promise<ReadonlyMap<string, GatewayError>> {
    if (this.#checking) return new Map();
    this.#checking = true;
    const found = await Promise.all(
      [...this.#pending].map(async ([key, before]) => [key, before, await failureOf(this.sourceFor(key))] as const),
    );
    this.#checking = false;
    for (const [key, , failure] of found) {
      if (failure === null) this.#pending.delete(key);
      else this.#pending.set(key, failure);
    }
    return new Map(
      found.flatMap(([key, before, failure]) =>
        failure === null || failure.code === before?.code ? [] : [[key, failure] as const],
      ),
    );
  }

  get standing(): SourceStanding {
    const pending = [...this.#pending.values()];
    const failures = pending.filter((failure) => failure !== null);
    const wrong = failures.filter(isWrong).length;
    return {
      usable: this.#sources.size - pending.length,
      wrong,
      away: failures.length - wrong,
      unchecked: pending.length - failures.length,
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sources.values()].map(async (source) => await source.close()));
  }
}

/** Whether somebody has to mend the source or its configuration; any other failure may pass by itself. */
export function isWrong({ code }: GatewayError): boolean {
  return code === 'SOURCE_FORBIDDEN' || code === 'SOURCE_MISCONFIGURED';
}

async function failureOf(source: Source): Promise<GatewayError | null> {
  try {
    await source.check();
    return null;
  } catch (error) {
    return sourceFailure(error);
  }
}
