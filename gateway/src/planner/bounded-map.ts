/** A map that forgets what was used longest ago once it is full. */

export type BoundedMap<Value> = {
  readonly get: (key: string) => Value | undefined
  readonly set: (key: string, value: Value) => void
  readonly delete: (key: string) => void
  readonly size: () => number
}

export function boundedMap<Value>(sizeMax: number): BoundedMap<Value> {
  // A Map keeps insertion order, so re-inserting what was read makes the first key the one used longest ago.
  const entries = new Map<string, Value>()
  return {
    get(key) {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size <= sizeMax) return
      const oldest = entries.keys().next()
      if (!oldest.done) entries.delete(oldest.value)
    },
    delete: (key) => void entries.delete(key),
    size: () => entries.size,
  }
}
