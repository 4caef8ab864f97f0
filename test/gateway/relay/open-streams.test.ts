import { describe, expect, it } from 'vitest';

import { GatewayError } from '../../../gateway/errors.ts';
import { OpenStreams } from '../../../gateway/relay/open-streams.ts';

function codeOf(signal: AbortSignal): string | null {
  return signal.aborted ? (signal.reason as GatewayError).code : null;
}

describe('open streams', () => {
  it('are counted until they are done, once', () => {
    const streams = new OpenStreams<number>();
    const [first, second] = [streams.open('a', 1), streams.open('a', 2)];
    expect(streams.size).toBe(2);
    first.done();
    first.done();
    expect(streams.size).toBe(1);
    second.done();
    expect(streams.size).toBe(0);
    expect(streams.cut('a', 'DENIED')).toBe(0);
  });

  it('are cut by grant, all of them and no other', () => {
    const streams = new OpenStreams<number>();
    const opened = [streams.open('a', 1), streams.open('a', 2), streams.open('b', 3)];
    expect(streams.cut('a', 'DENIED')).toBe(2);
    expect(opened.map(({ signal }) => codeOf(signal))).toEqual(['DENIED', 'DENIED', null]);
    expect(streams.size).toBe(1);
    expect(streams.cut('unknown', 'DENIED')).toBe(0);
  });

  it('are rechecked one by one, and a check that fails ends the stream', () => {
    const streams = new OpenStreams<number>();
    const opened = [1, 2, 3].map((facts) => streams.open('a', facts));
    const ended = streams.recheck((facts) => {
      if (facts === 3) throw new RangeError('no state');
      return facts === 2 ? new GatewayError('DENIED', 'revoked') : null;
    });
    expect(ended).toBe(2);
    expect(opened.map(({ signal }) => codeOf(signal))).toEqual([null, 'DENIED', 'STALE_CHAIN']);
  });

  it('keep the first reason', () => {
    const streams = new OpenStreams<null>();
    const stream = streams.open('a', null);
    stream.cut('CLIENT_GONE');
    expect(streams.cutAll('STOPPING')).toBe(1);
    stream.done();
    expect([codeOf(stream.signal), streams.size]).toEqual(['CLIENT_GONE', 0]);
  });

  it('may end themselves while they are being ended', () => {
    const streams = new OpenStreams<number>();
    const opened = Array.from({ length: 50 }, (_, facts) => streams.open(`g${String(facts % 5)}`, facts));
    for (const stream of opened) stream.signal.addEventListener('abort', () => opened.forEach(({ done }) => done()));
    streams.cutAll('STOPPING');
    expect(streams.size).toBe(0);
  });
});
