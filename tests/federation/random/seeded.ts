/** Chance that repeats: the same seed gives the same graph, data and queries. */

export type Chance = {
  /** True in about `share` of the cases. */
  readonly often: (share: number) => boolean
  /** A whole number from 0 up to, not including, `below`. */
  readonly below: (below: number) => number
  readonly pick: <Item>(among: readonly Item[]) => Item
  readonly some: <Item>(among: readonly Item[], share: number) => Item[]
  readonly atLeastOne: <Item>(among: readonly Item[], share: number) => Item[]
  readonly shuffled: <Item>(items: readonly Item[]) => Item[]
}

export function seeded(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const chance: Chance = {
    often: (share) => next() < share,
    below: (below) => Math.floor(next() * below),
    pick(among) {
      const item = among[chance.below(among.length)]
      if (item === undefined) throw new Error('There is nothing to pick from.')
      return item
    },
    some: (among, share) => among.filter(() => chance.often(share)),
    atLeastOne(among, share) {
      const some = chance.some(among, share)
      return some.length > 0 ? some : [chance.pick(among)]
    },
    shuffled: (items) =>
      items
        .map((item) => ({ item, order: next() }))
        .toSorted((one, other) => one.order - other.order)
        .map(({ item }) => item),
  }
  return chance
}

/** A number that depends on a text and on nothing else. */
export function hash(text: string): number {
  let value = 2_166_136_261
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 16_777_619)
  value ^= value >>> 15
  return Math.imul(value, 2_246_822_519) >>> 0
}
