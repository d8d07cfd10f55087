/** How a shop's paid orders came about, in shares that sum to exactly 100 % (C16). */
import { type BasisPoints, basisPoints } from '@souk/contracts'
import type { DiscoveryMode } from '../cart/origin.ts'
import { allocate } from '../money/allocate.ts'

export type DiscoveryShare = {
  readonly mode: DiscoveryMode
  readonly orders: number
  readonly share: BasisPoints
}

const modes: readonly DiscoveryMode[] = ['GOODS_FIND_PEOPLE', 'PEOPLE_FIND_GOODS']

/** Empty if there are no orders: nothing has no shares. */
export function discoveryShares(ordersByMode: ReadonlyMap<string, number>): readonly DiscoveryShare[] {
  const counts = modes.map((mode) => ordersByMode.get(mode) ?? 0)
  if (counts.every((count) => count === 0)) return []
  const shares = allocate(10_000n, counts.map(BigInt))
  return modes.map((mode, index) => ({
    mode,
    orders: counts[index] ?? 0,
    share: basisPoints(Number(shares[index])),
  }))
}
