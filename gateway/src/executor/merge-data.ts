/** Merges an answer into the data by place. What a transport returned is copied, never kept and never changed. */
import { isJsonObject, type JsonObject, ownMember, setMember } from './json-object.ts'

/** Reports the path of each list whose length two fetches disagree about; such a list is left as it was. */
export type OnListLengthsDiffer = (target: JsonObject | unknown[], key: string | number) => void

export function mergeData(
  target: JsonObject,
  source: JsonObject,
  onListLengthsDiffer: OnListLengthsDiffer,
): void {
  for (const key of Object.keys(source)) {
    const value = source[key]
    const known = ownMember(target, key)
    if (known === undefined || known === null) setMember(target, key, copyValue(value))
    else mergeExisting(target, key, value)
  }

  function mergeExisting(holder: JsonObject | unknown[], key: string | number, value: unknown): void {
    const existing = (holder as JsonObject)[key]
    if (isJsonObject(existing) && isJsonObject(value)) return mergeData(existing, value, onListLengthsDiffer)
    if (!Array.isArray(existing) || !Array.isArray(value)) return
    if (existing.length !== value.length) return onListLengthsDiffer(holder, key)
    for (const [index, item] of value.entries()) {
      if (existing[index] === null || existing[index] === undefined) existing[index] = copyValue(item)
      else mergeExisting(existing, index, item)
    }
  }
}

export function copyValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copyValue)
  const prototype: unknown = Object.getPrototypeOf(value)
  // A scalar that an in-process subgraph left as an instance (a Date) is a leaf, not a place.
  if (prototype !== Object.prototype && prototype !== null) return value
  const copy: JsonObject = {}
  for (const key of Object.keys(value)) setMember(copy, key, copyValue((value as JsonObject)[key]))
  return copy
}
