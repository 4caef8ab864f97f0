import { CliError } from './cli-error.ts';

export interface LegalBasis {
  readonly instrument: string;
  readonly article: string;
}

/** Pairs `--basis` and `--article` in the order in which they were given. @throws CliError INPUT_INVALID */
export function pairLegalBasis(instruments: readonly string[], articles: readonly string[]): LegalBasis[] {
  if (instruments.length !== articles.length) {
    throw new CliError('INPUT_INVALID', 'Each --basis needs its --article, and each --article its --basis');
  }
  return instruments.map((instrument, index) => ({ instrument, article: articles[index] ?? '' }));
}
