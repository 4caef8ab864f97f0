import { NoticeSender } from '../../../gateway/notices/notice-sender.ts';
import { NoticeStore } from '../../../gateway/notices/notice-store.ts';
import { NoticeWorker } from '../../../gateway/notices/notice-worker.ts';
import { openDatabase } from '../../../gateway/stores/database.ts';
import { PROVIDER } from '../stores/store-factory.ts';
import { recipientAt } from './recipient.ts';

/** Sends what is queued in a store until it is killed. Arguments: address of the store, port of the receiver. */
const [url = '', port = ''] = process.argv.slice(2);
const store = new NoticeStore(await openDatabase(url));
const senders = new Map([[PROVIDER, new NoticeSender(recipientAt(Number(port), PROVIDER), 2)]]);
const onProblem = (problem: unknown): void => {
  throw problem;
};
new NoticeWorker({ store, senders, onProblem, onSettled: () => undefined, pollMs: 20, claimMs: 500 }).start();
