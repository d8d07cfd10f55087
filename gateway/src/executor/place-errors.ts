/** Keeps errors at the place in the merged data where their null is, until projection reads that place. */
import { isJsonObject, type JsonObject } from './json-object.ts'

export type ErrorCause = {
  readonly message: string
  readonly code: string
  readonly extensions: Readonly<Record<string, unknown>>
  readonly subgraph: string | undefined
  /** True for what failed as a whole: it is reported at the first place that misses something, not at each. */
  readonly isReportedOnce: boolean
}

export type PlacedError = { readonly cause: ErrorCause; readonly below: readonly (string | number)[] }

type Holder = JsonObject | readonly unknown[]

export type PlaceErrors = {
  /** Walks from `start` along `path` to the first null and keeps the error there. */
  readonly place: (start: JsonObject, path: readonly (string | number)[], cause: ErrorCause) => void
  readonly at: (holder: Holder, key: string | number) => readonly PlacedError[]
  readonly isEmpty: () => boolean
}

export function createPlaceErrors(): PlaceErrors {
  const places = new Map<Holder, Map<string | number, PlacedError[]>>()
  return {
    place(start, path, cause) {
      let holder: Holder = start
      for (const [index, part] of path.entries()) {
        const key = keyIn(holder, part)
        const value: unknown = (holder as JsonObject)[key]
        if (index < path.length - 1 && (isJsonObject(value) || Array.isArray(value))) {
          holder = value
          continue
        }
        add(holder, key, { cause, below: path.slice(index + 1) })
        return
      }
    },
    at: (holder, key) => places.get(holder)?.get(key) ?? none,
    isEmpty: () => places.size === 0,
  }

  function add(holder: Holder, key: string | number, error: PlacedError): void {
    const keys = places.get(holder) ?? new Map<string | number, PlacedError[]>()
    places.set(holder, keys)
    const known = keys.get(key)
    if (known === undefined) keys.set(key, [error])
    else if (!known.some(({ cause }) => cause === error.cause)) known.push(error)
  }
}

const none: readonly PlacedError[] = []

// A JIT writes a list index as a string of digits.
const keyIn = (holder: Holder, part: string | number): string | number =>
  Array.isArray(holder) && typeof part === 'string' && /^\d+$/.test(part) ? Number(part) : part
