/** Merges an answer into the data by place. What a transport returned is copied, never kept and never changed. */
import { isJsonObject, type JsonObject, ownMember, setMember } from './json-object.ts'

export type MergeProblem =
  /** Two fetches disagree about the length of this list. It is left as it was. */
  | 'listLengthsDiffer'
  /** What came for this member of the target is nested more deeply than anything that can be asked. */
  | 'nestedTooDeeply'

export type OnMerge = {
  readonly onProblem: (holder: JsonObject | unknown[], key: string | number, problem: MergeProblem) => void
  /** A member was null or missing, and is no more. */
  readonly onFilled: (holder: JsonObject | unknown[], key: string | number, value: unknown) => void
}

export function mergeData(target: JsonObject, source: JsonObject, on: OnMerge): void {
  for (const key of Object.keys(source)) {
    const value = source[key]
    // A leaf of an object that nobody has brought yet, which is most of what comes: nothing is below it, and nothing to be told.
    if (target[key] === undefined && (typeof value !== 'object' || value === null) && key !== '__proto__') {
      target[key] = value
      continue
    }
    try {
      mergeMember({ holder: target, key, value }, on, 1)
    } catch (error) {
      if (!(error instanceof NestedTooDeeply)) throw error
      on.onProblem(target, key, 'nestedTooDeeply')
    }
  }
}

type Member = {
  readonly holder: JsonObject | unknown[]
  readonly key: string | number
  readonly value: unknown
}

function mergeMember({ holder, key, value }: Member, on: OnMerge, depth: number): void {
  const existing = ownMember(holder as JsonObject, String(key))
  if (existing === undefined || existing === null) {
    const copy = copyValue(value, depth)
    setMember(holder as JsonObject, String(key), copy)
    return on.onFilled(holder, key, copy)
  }
  if (depth > depthMax) throw new NestedTooDeeply()
  if (isJsonObject(existing) && isJsonObject(value)) {
    for (const name of Object.keys(value))
      mergeMember({ holder: existing, key: name, value: value[name] }, on, depth + 1)
  }
  if (!Array.isArray(existing) || !Array.isArray(value)) return
  if (existing.length !== value.length) return on.onProblem(holder, key, 'listLengthsDiffer')
  for (const [index, item] of value.entries())
    mergeMember({ holder: existing, key: index, value: item }, on, depth + 1)
}

export function copyValue(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > depthMax) throw new NestedTooDeeply()
  if (Array.isArray(value)) return value.map((item) => copyValue(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  // A scalar that an in-process subgraph left as an instance (a Date) is a leaf, not a place.
  if (prototype !== Object.prototype && prototype !== null) return value
  const copy: JsonObject = {}
  for (const key of Object.keys(value)) setMember(copy, key, copyValue((value as JsonObject)[key], depth + 1))
  return copy
}

// Many times what SOUK_DEPTH_MAX lets an operation ask for, and a small part of what the stack can hold: a subgraph that
// sends lists in lists without end costs the field that it sent them for, and not the request.
const depthMax = 1_000

export class NestedTooDeeply extends Error {
  override readonly name = 'NestedTooDeeply'

  constructor() {
    super(`it is nested more than ${depthMax} levels deep`)
  }
}
