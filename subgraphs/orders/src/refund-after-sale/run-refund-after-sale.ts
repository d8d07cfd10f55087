/** The refund flow of an approved case: 1 return stock, 2 refund the payment, then REFUNDED and its event in one statement. */
import { setTimeout as wait } from 'node:timers/promises'

import type { AfterSaleCase, Refunding } from '../after-sale/after-sale-store.ts'
import { resumeLimits } from '../config.ts'
import { returnStock } from './01-return-stock.ts'
import { refundPayment } from './02-refund-payment.ts'
import type { RefundWorld } from './refund-world.ts'

/** Runs a leased case to its end; a fault gives it back for the resume job. */
export async function runRefundAfterSale(refunding: Refunding, world: RefundWorld): Promise<AfterSaleCase> {
  const { store, clock } = world
  try {
    if (refunding.case.step === 'RETURN_STOCK') {
      await returnStock(refunding, world)
      if (!(await store.returned(refunding, clock.now()))) return refunding.case
    }
    await refundPayment(refunding, world)
    const refunded = await store.refunded(refunding, clock.now())
    world.outbox.kick()
    return refunded ?? refunding.case
  } catch (error) {
    world.logger.warn(
      { err: error, caseId: refunding.case.id },
      'a refund could not go on and will be tried again',
    )
    await store.giveBack(refunding, clock.now())
    return refunding.case
  }
}

/** For a request: the case as it is when the client should wait no longer. The run goes on. */
export async function refundWithin(world: RefundWorld, refunding: Refunding): Promise<AfterSaleCase> {
  const timer = new AbortController()
  const late = wait(world.requestMs, null, { signal: timer.signal }).catch(() => null)
  const ended = await Promise.race([runRefundAfterSale(refunding, world), late])
  timer.abort()
  return ended ?? refunding.case
}

/** The job that takes up refunds which a crash or a fault left on the way. */
export async function resumeRefunds(world: RefundWorld): Promise<void> {
  for (let round = 0; round < resumeLimits.roundsMax; round += 1) {
    const claimed = await world.store.claimDue(world.ids.next(), world.clock.now())
    if (claimed.length === 0) return
    await Promise.all(claimed.map((refunding) => runRefundAfterSale(refunding, world)))
  }
}
