import { z } from 'zod';

import { HttpSource } from './http-source.ts';
import { httpSourceSchema } from './http-source-config.ts';
import { PostgresSource } from './postgres-source.ts';
import { postgresSourceSchema } from './postgres-source-config.ts';
import { SourceRegistry } from './source-registry.ts';

/**
 * A resource id (0x and 64 hex digits), which commits to the provider. A resource code alone would not do: any
 * department can register the code of another one and would be served that one's data.
 */
const resourceKeySchema = z.string().regex(/^0x[0-9a-f]{64}$/);

const sourceSchema = z.discriminatedUnion('kind', [httpSourceSchema, postgresSourceSchema]);

/** The local sources file: it says where data comes from, and nothing else does. */
const sourcesFileSchema = z.strictObject({ sources: z.record(resourceKeySchema, sourceSchema) });

export type SourcesConfig = z.infer<typeof sourcesFileSchema>;

export type SourceErrorCode = 'SOURCES_INVALID';

/** The configuration of the sources is wrong. `problems` has one line for each mistake, with its place. */
export class SourceConfigError extends Error {
  override readonly name = 'SourceConfigError';
  readonly code: SourceErrorCode = 'SOURCES_INVALID';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The sources file is not valid:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Parses the text of the sources file, `{"sources": {"<resource id>": {"kind": "http" | "postgres", ...}}}`.
 * @throws SourceConfigError with every problem, files that cannot be read among them.
 */
export function parseSourcesConfig(text: string): SourcesConfig {
  const result = sourcesFileSchema.safeParse(parseJson(text));
  if (result.success) return result.data;
  throw new SourceConfigError(result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SourceConfigError(['the file is not JSON']);
  }
}

/** Builds the sources. Nothing connects yet: `check` of the registry does. */
export function openSources(config: SourcesConfig): SourceRegistry {
  return new SourceRegistry(
    new Map(
      Object.entries(config.sources).map(([key, source]) => [
        key,
        source.kind === 'http' ? new HttpSource(source) : new PostgresSource(source),
      ]),
    ),
  );
}
