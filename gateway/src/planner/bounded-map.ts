/** A map that forgets what was used longest ago once it is full: by entries, and by what they weigh together. */

export type BoundedMap<Value> = {
  readonly get: (key: string) => Value | undefined
  readonly set: (key: string, value: Value, weight?: number) => void
  readonly delete: (key: string) => void
  readonly values: () => readonly Value[]
  readonly size: () => number
}

export type MapBounds = {
  readonly sizeMax: number
  /** Of all entries together. What is heavier alone is not kept. */
  readonly weightMax?: number
}

export function boundedMap<Value>({
  sizeMax,
  weightMax = Number.POSITIVE_INFINITY,
}: MapBounds): BoundedMap<Value> {
  // A Map keeps insertion order, so re-inserting what was read makes the first key the one used longest ago.
  const entries = new Map<string, { readonly value: Value; readonly weight: number }>()
  let weightNow = 0
  return {
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set(key, value, weight = 1) {
      remove(key)
      if (weight > weightMax) return
      entries.set(key, { value, weight })
      weightNow += weight
      for (const oldest of entries.keys()) {
        if (entries.size <= sizeMax && weightNow <= weightMax) return
        remove(oldest)
      }
    },
    delete: remove,
    values: () => [...entries.values()].map(({ value }) => value),
    size: () => entries.size,
  }

  function remove(key: string): void {
    weightNow -= entries.get(key)?.weight ?? 0
    entries.delete(key)
  }
}
