import type { Anchor, Entry } from './entry.ts';
import { known, must } from './rules.ts';
import { Timeline } from './timeline.ts';
import { type World, ZERO } from './world.ts';

const NO_ADDRESS = `0x${'00'.repeat(20)}`;
const MOST_LEAVES = 1n << 40n;

/** Entries of `ReceiptLog`. */
export function registerGateway(world: World, { act, args, block }: Entry): void {
  const gateway = args.hex('gateway');
  const [publicKey, account] = [act.hex('publicKey'), act.hex('account')];
  must(publicKey !== ZERO && account !== NO_ADDRESS, 'ACCOUNTS');
  must(!world.gateways.has(gateway), 'KNOWN');
  const status = new Timeline<'active' | 'retired' | 'equivocated'>(block, 'active');
  world.gateways.set(gateway, { operator: act.hex('operator'), publicKey, account, status, anchored: null });
}

export function retireGateway(world: World, { act, block }: Entry): void {
  const gateway = known(world.gateways.get(act.hex('gateway')));
  must(gateway.status.now === 'active', 'STATUS');
  must(gateway.operator === act.hex('operator'), 'ENTITLED');
  gateway.status.set(block, 'retired');
}

export function proveEquivocation(world: World, { args, block }: Entry): void {
  const gateway = known(world.gateways.get(args.hex('gateway')));
  must(gateway.status.now !== 'equivocated', 'STATUS');
  must(args.hex('root') !== args.hex('otherRoot'), 'ROOT');
  gateway.status.set(block, 'equivocated');
}

/** Whether `ReceiptLog` would have taken the head; that it continues the one before it is what the chain checked. */
export function takeAnchor(world: World, { gateway: id, size, root }: Anchor): boolean {
  const gateway = world.gateways.get(id);
  const isNewer = gateway?.status.now === 'active' && size > (gateway.anchored?.size ?? 0n) && size < MOST_LEAVES;
  if (isNewer) gateway.anchored = { size, root };
  return isNewer;
}
