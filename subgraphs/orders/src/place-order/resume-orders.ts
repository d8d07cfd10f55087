/** The job that takes up orders which a crash, a fault or a slow buyer left on the way. */
import { resumeLimits } from '../config.ts'
import type { PlacingWorld } from './placing-world.ts'
import { runPlaceOrder } from './run-place-order.ts'

/** Any number of replicas may run it at once: an order is leased by one of them. */
export async function resumeOrders(world: PlacingWorld): Promise<void> {
  for (let round = 0; round < resumeLimits.roundsMax; round += 1) {
    const claimed = await world.store.claimDue(world.ids.next(), world.clock.now())
    if (claimed.length === 0) return
    await Promise.all(claimed.map((placing) => runPlaceOrder(placing, world)))
  }
}
