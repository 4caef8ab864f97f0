import { expect, it } from 'vitest';

import { DocumentStore } from '../../../gateway/stores/document-store.ts';
import { hashDocument, newSalt } from '../../../ledger/document-hash.ts';
import { makeHash } from './store-factory.ts';
import { describeStores } from './store-fixture.ts';

const makeDocument = () => ({
  salt: newSalt(),
  document: { 名称: '企业登记', escaped: 'a\u0000b', list: [1, 2.5, null] },
});

describeStores('DocumentStore', (store) => {
  it('gives a document back by the hash that the ledger holds', async () => {
    const documents = new DocumentStore(store.db);
    const salted = makeDocument();
    const hash = await documents.put(salted);
    expect(hash).toBe(hashDocument(salted));
    expect(await new DocumentStore(await store.open()).get(hash)).toEqual(salted);
    expect(await documents.get(makeHash('unknown'))).toBeNull();
  });

  it('may be given a document twice, also at the same time', async () => {
    const documents = new DocumentStore(store.db);
    const salted = makeDocument();
    const hashes = await Promise.all([documents.put(salted), documents.put(salted), documents.put(salted)]);
    expect(new Set(hashes)).toEqual(new Set([hashDocument(salted)]));
    expect(await store.db.selectFrom('documents').selectAll().execute()).toHaveLength(1);
  });

  it('does not give out a document that was changed in the store, and is mended by putting it again', async () => {
    const documents = new DocumentStore(store.db);
    const salted = makeDocument();
    const hash = await documents.put(salted);
    await store.db.updateTable('documents').set({ document: '{"名称":"another"}' }).execute();
    await expect(documents.get(hash)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await documents.put(salted);
    expect(await documents.get(hash)).toEqual(salted);
  });

  it('says that the store failed when it did', async () => {
    const db = await store.open();
    await store.db.schema.dropTable('documents').execute();
    await expect(new DocumentStore(db).put(makeDocument())).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(new DocumentStore(db).get(makeHash('any'))).rejects.toMatchObject({ code: 'STORE_FAILED' });
  });
});
