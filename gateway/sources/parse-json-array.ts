import { Tokenizer, TokenParser, TokenType } from '@streamparser/json';

import { GatewayError } from '../errors.ts';
import { SourceFault } from './source-fault.ts';

/** A record is flat, so anything deeper than this is an attack on the parser. */
const MAX_DEPTH = 32;

/**
 * Parses one JSON array as it arrives, one batch of elements per piece of the body. The bytes are hostile: they must be
 * UTF-8, an element may have `maxRowBytes`, and nothing but the array may be there.
 *
 * @throws GatewayError SOURCE_FAILED
 */
export async function* parseJsonArray(
  chunks: AsyncIterable<Buffer>,
  maxRowBytes: number,
): AsyncGenerator<readonly unknown[], void, undefined> {
  const parser = new ArrayParser();
  let bytesSinceElement = 0;
  for await (const chunk of chunks) {
    const elements = parser.write(chunk);
    bytesSinceElement = elements.length === 0 ? bytesSinceElement + chunk.length : 0;
    if (bytesSinceElement > maxRowBytes) throw failed('The source sent a row that is too large');
    if (elements.length > 0) yield elements;
  }
  parser.end();
}

class ArrayParser {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #tokenizer = new Tokenizer();
  readonly #assembler = new TokenParser({ paths: ['$.*'], keepStack: false });
  #elements: unknown[] = [];
  #depth = 0;
  /** Bytes of the body before the piece that is being read. */
  #offset = 0;
  #begun = false;

  constructor() {
    this.#tokenizer.onToken = (info) => {
      this.#checkToken(info.token);
      this.#assembler.write(info);
    };
    this.#assembler.onValue = ({ value }) => this.#elements.push(value);
  }

  write(chunk: Buffer): readonly unknown[] {
    this.#elements = [];
    this.#attempt(() => {
      this.#decoder.decode(chunk, { stream: true });
      this.#tokenizer.write(chunk);
    });
    this.#offset += chunk.length;
    return this.#elements;
  }

  end(): void {
    this.#attempt(() => {
      this.#decoder.decode();
      if (!this.#assembler.isEnded) throw failed('The array of the source has no end');
      this.#tokenizer.end();
    });
  }

  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      throw failed('The source sent something that is not JSON in UTF-8', new SourceFault(error, this.#offset));
    }
  }

  #checkToken(token: TokenType): void {
    if (!this.#begun && token !== TokenType.LEFT_BRACKET) throw failed('The source did not send an array');
    this.#begun = true;
    if (token === TokenType.LEFT_BRACKET || token === TokenType.LEFT_BRACE) this.#depth += 1;
    if (token === TokenType.RIGHT_BRACKET || token === TokenType.RIGHT_BRACE) this.#depth -= 1;
    if (this.#depth > MAX_DEPTH) throw failed('The source sent JSON that is nested too deeply');
  }
}

function failed(detail: string, cause?: SourceFault): GatewayError {
  return new GatewayError('SOURCE_FAILED', detail, {}, cause);
}
