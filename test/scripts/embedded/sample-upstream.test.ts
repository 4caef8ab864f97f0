import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startSampleUpstream, type SampleUpstream } from '../../../scripts/embedded/sample-upstream.ts';

let upstream: SampleUpstream;

beforeAll(async () => {
  upstream = await startSampleUpstream();
});
afterAll(async () => await upstream.stop());

async function lines(path: string): Promise<unknown[]> {
  const response = await fetch(upstream.url + path);
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  return (await response.text())
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

describe('startSampleUpstream', () => {
  it('serves every day of 23 years by lines and as an array, the same rows', async () => {
    const rows = await lines('/calendar.ndjson');
    expect(rows).toHaveLength(23 * 365 + 6);
    expect(await (await fetch(`${upstream.url}/calendar.json`)).json()).toEqual(rows);
  });

  it('knows a holiday, a working Saturday made up for, and an ordinary day', async () => {
    expect(await lines('/calendar.ndjson?date_prefix=2025-10-01')).toEqual([
      { date: '2025-10-01', working: false, weekday: 3, holiday: '国庆节' },
    ]);
    expect(await lines('/calendar.ndjson?date_prefix=2025-10-11')).toMatchObject([{ working: true, weekday: 6 }]);
    expect(await lines('/calendar.ndjson?date_prefix=2025-10-14')).toMatchObject([{ working: true, holiday: null }]);
  });

  it('takes its time on the slow path, and ends when the reader leaves', async () => {
    const controller = new AbortController();
    const response = await fetch(`${upstream.url}/calendar/slow.ndjson`, { signal: controller.signal });
    const reader = response.body!.getReader();
    expect((await reader.read()).done).toBe(false);
    controller.abort();
    await expect(reader.read()).rejects.toThrow();
    expect(await lines('/calendar/slow.ndjson?limit=3')).toHaveLength(3);
  });

  it.each([
    ['GET', '/', 404],
    ['POST', '/calendar.json', 405],
  ])('answers %s %s with %i', async (method, path, status) => {
    expect((await fetch(upstream.url + path, { method })).status).toBe(status);
  });
});
