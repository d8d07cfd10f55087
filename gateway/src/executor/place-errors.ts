/** Keeps errors at the place in the merged data where their null is, until projection reads that place. */
import { isJsonObject, type JsonObject, ownMember } from './json-object.ts'

export type ErrorCause = {
  readonly message: string
  readonly code: string
  readonly extensions: Readonly<Record<string, unknown>>
  readonly subgraph: string | undefined
  /** True for what failed as a whole: it is reported at the first place that misses something, not at each. */
  readonly isReportedOnce: boolean
  /** True for what is an error only where a null is one, such as an entity that a subgraph does not know. */
  readonly isNoErrorOfItsOwn?: boolean
}

export type PlacedError = {
  readonly cause: ErrorCause
  readonly below: readonly (string | number)[]
  /** The field that failed and took the whole object with it, by its path from there: not the one at this place. */
  readonly beside?: readonly (string | number)[]
}

type Holder = JsonObject | readonly unknown[]

export type PlaceErrors = {
  /** Walks from `start` along `path` to the first null and keeps the error there; false if no null is there to show it. */
  readonly place: (start: Holder, path: readonly (string | number)[], cause: ErrorCause) => boolean
  /** Says at one field of an object that another one took the object. */
  readonly placeBeside: (holder: JsonObject, key: string, error: Required<Omit<PlacedError, 'below'>>) => void
  /** What one fetch failed to bring, another one brought in part: its errors belong to what is still missing below. */
  readonly moveBelow: (holder: Holder, key: string | number, value: unknown) => void
  readonly at: (holder: Holder, key: string | number) => readonly PlacedError[]
  /** Keeps an error that names no place in the data: it is reported even if no null shows it. */
  readonly keepUnplaced: (cause: ErrorCause) => void
  readonly unplaced: () => Iterable<ErrorCause>
}

export function createPlaceErrors(): PlaceErrors {
  const places = new Map<Holder, Map<string | number, PlacedError[]>>()
  /** By object: what may explain any member that never came. */
  const missing = new Map<Holder, PlacedError[]>()
  const unplaced = new Set<ErrorCause>()
  return {
    place,
    placeBeside: (holder, key, error) => add(holder, key, { ...error, below: [] }),
    moveBelow(holder, key, value) {
      const errors = places.get(holder)?.get(key)
      if (errors === undefined || !isHolder(value)) return
      places.get(holder)?.delete(key)
      for (const error of errors) {
        if (error.below.length === 0) addMissing(value, error)
        else {
          place(value, error.below, error.cause)
          addMissing(value, { cause: error.cause, below: [], beside: error.below })
        }
      }
    },
    at(holder, key) {
      const own = places.get(holder)?.get(key)
      if (own !== undefined) return own
      return (ownMember(holder as JsonObject, String(key)) === undefined && missing.get(holder)) || none
    },
    keepUnplaced: (cause) => void unplaced.add(cause),
    unplaced: () => unplaced,
  }

  function place(start: Holder, path: readonly (string | number)[], cause: ErrorCause): boolean {
    let holder = start
    for (const [index, part] of path.entries()) {
      const key = keyIn(holder, part)
      const value = ownMember(holder as JsonObject, String(key))
      if (isHolder(value)) {
        if (index === path.length - 1) addMissing(value, { cause, below: [] })
        holder = value
        continue
      }
      add(holder, key, { cause, below: path.slice(index + 1) })
      // Another fetch brought this object; of what this one was to bring, the error took all.
      if (value === undefined && index > 0)
        addMissing(holder, { cause, below: [], beside: path.slice(index) })
      return value === null || (value === undefined && index === 0)
    }
    return false
  }

  function addMissing(value: Holder, error: PlacedError): void {
    if (Array.isArray(value)) {
      for (const item of value) if (isHolder(item)) addMissing(item, error)
      return
    }
    const known = missing.get(value)
    if (known === undefined) missing.set(value, [error])
    else if (known.length < atPlaceMax) known.push(error)
  }

  function add(holder: Holder, key: string | number, error: PlacedError): void {
    const keys = places.get(holder) ?? new Map<string | number, PlacedError[]>()
    places.set(holder, keys)
    const known = keys.get(key)
    if (known === undefined) keys.set(key, [error])
    else if (known.length < atPlaceMax && !known.some(({ cause }) => cause === error.cause)) known.push(error)
  }
}

const isHolder = (value: unknown): value is Holder => isJsonObject(value) || Array.isArray(value)

const none: readonly PlacedError[] = []

// One server has one error at a place. A subgraph that sends a hundred thousand must not have them compared with each other.
const atPlaceMax = 10

// A JIT writes a list index as a string of digits.
const keyIn = (holder: Holder, part: string | number): string | number =>
  Array.isArray(holder) && typeof part === 'string' && /^\d+$/.test(part) ? Number(part) : part
