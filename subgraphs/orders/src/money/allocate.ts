/** Divides a whole amount into whole parts, by weight, so that the parts sum to it exactly. */

/**
 * Largest remainder: everyone gets the floor, then the largest remainders get one more each; ties go to the earlier.
 * With no weight at all nothing can be divided, and all parts are 0.
 */
export function allocate(total: bigint, weights: readonly bigint[]): readonly bigint[] {
  const sum = weights.reduce((left, right) => left + right, 0n)
  if (sum === 0n) return weights.map(() => 0n)
  const floors = weights.map((weight) => (total * weight) / sum)
  const left = total - floors.reduce((one, other) => one + other, 0n)
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (total * weight) % sum }))
    .sort((one, other) =>
      one.remainder === other.remainder ? one.index - other.index : one.remainder > other.remainder ? -1 : 1,
    )
  const lucky = new Set(byRemainder.slice(0, Number(left)).map(({ index }) => index))
  return floors.map((floor, index) => (lucky.has(index) ? floor + 1n : floor))
}
