import { CliError } from '../../cli/cli-error.ts';
import { rowsPath } from '../../cli/fetch-rows.ts';
import { fetchOptions } from './read-rows.ts';
import { PURPOSE, type GrantedShare } from './share.ts';

const LINE_FEED = 0x0a;

/** A read under way that somebody else will end. */
export interface OpenStream {
  readonly receiptId: string;
  /** Resolves when so many rows have arrived. */
  readonly flowing: Promise<void>;
  /** How it ended: `cut` is true when the connection broke before the end of the answer. */
  readonly ended: Promise<{ readonly cut: boolean; readonly rows: number; readonly bytes: number }>;
}

/** Begins to read everything under a grant and takes the rows as they come. */
export async function openStream(share: GrantedShare, rowsToFlow: number): Promise<OpenStream> {
  const { requester, system } = share.terms;
  const headers = { 'dxl-purpose': PURPOSE, 'dxl-system': system };
  const answer = await requester.client.openRows(rowsPath(fetchOptions(share, {})), headers);
  const { promise: flowing, resolve } = Promise.withResolvers<undefined>();
  const taken = { rows: 0, bytes: 0 };
  const take = async (): Promise<boolean> => {
    try {
      for await (const chunk of answer.body) {
        taken.bytes += chunk.length;
        for (const byte of chunk) taken.rows += byte === LINE_FEED ? 1 : 0;
        if (taken.rows >= rowsToFlow) resolve(undefined);
      }
      return false;
    } catch (error) {
      if (error instanceof CliError && error.code === 'STREAM_CUT') return true;
      throw error;
    } finally {
      resolve(undefined);
    }
  };
  return { receiptId: answer.receiptId, flowing, ended: take().then((cut) => ({ cut, ...taken })) };
}
