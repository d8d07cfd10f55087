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
  /** What failed and took a whole object with it: not what is at this place. */
  readonly beside?: Beside
}

/** So many keys above the object of this place is the one that was taken; the path leads on from there. */
export type Beside = { readonly above: number; readonly path: readonly (string | number)[] }

type Holder = JsonObject | readonly unknown[]

export type PlaceErrors = {
  /** Walks from `start` along `path` to the first null and keeps the error there; false if no null is there to show it. */
  readonly place: (start: Holder, path: readonly (string | number)[], cause: ErrorCause) => boolean
  /** Says at one field of an object that another one took the object. */
  readonly placeBeside: (
    holder: JsonObject,
    key: string,
    error: { readonly cause: ErrorCause; readonly path: Beside['path'] },
  ) => void
  /** What one fetch failed to bring, another one brought in part: its errors belong to what is still missing below. */
  readonly moveBelow: (holder: Holder, key: string | number, value: unknown) => void
  readonly at: (holder: Holder, key: string | number) => readonly PlacedError[]
  /** Keeps an error that is reported even if no null shows it, unless the objects that it is below are lost for another reason. */
  readonly keepUnplaced: (cause: ErrorCause, below?: Unplaced) => void
  readonly unplaced: () => Iterable<readonly [ErrorCause, Unplaced]>
}

/** Where an error says that it is, which is not a place that data has. */
export type Unplaced = {
  readonly targets: readonly JsonObject[]
  readonly path: readonly (string | number)[]
}

export function createPlaceErrors(): PlaceErrors {
  const places = new Map<Holder, Map<string | number, PlacedError[]>>()
  /** By object: what may explain any member that never came. */
  const missing = new Map<Holder, PlacedError[]>()
  const unplaced = new Map<ErrorCause, Unplaced>()
  return {
    place,
    placeBeside(holder, key, { cause, path }) {
      const error: PlacedError = { cause, below: [], beside: { above: 0, path } }
      const value = ownMember(holder, key)
      if (isHolder(value)) addMissing(missing, value, lower(error))
      else add(holder, key, error)
    },
    moveBelow(holder, key, value) {
      if (!isHolder(value)) return
      for (const error of missing.get(holder) ?? none) addMissing(missing, value, lower(error))
      const errors = places.get(holder)?.get(key)
      if (errors === undefined) return
      places.get(holder)?.delete(key)
      for (const error of errors) {
        if (error.below.length === 0) addMissing(missing, value, lower(error))
        else {
          place(value, error.below, error.cause)
          addMissing(missing, value, {
            cause: error.cause,
            below: [],
            beside: { above: 0, path: error.below },
          })
        }
      }
    },
    at(holder, key) {
      const own = places.get(holder)?.get(key)
      if (own !== undefined) return own
      return (ownMember(holder as JsonObject, String(key)) === undefined && missing.get(holder)) || none
    },
    keepUnplaced: (cause, below = { targets: [], path: [] }) => void unplaced.set(cause, below),
    unplaced: () => unplaced,
  }

  function place(start: Holder, path: readonly (string | number)[], cause: ErrorCause): boolean {
    let holder = start
    for (const [index, part] of path.entries()) {
      const key = keyIn(holder, part)
      const value = ownMember(holder as JsonObject, String(key))
      if (isHolder(value)) {
        if (index === path.length - 1) addMissing(missing, value, { cause, below: [] })
        holder = value
        continue
      }
      add(holder, key, { cause, below: path.slice(index + 1) })
      // Another fetch brought this object; of what this one was to bring, the error took all.
      if (value === undefined && index > 0) addTaken(missing, start, { path, index, holder, cause })
      return value === null || (value === undefined && index === 0)
    }
    return false
  }

  function add(holder: Holder, key: string | number, error: PlacedError): void {
    const keys = places.get(holder) ?? new Map<string | number, PlacedError[]>()
    places.set(holder, keys)
    const known = keys.get(key)
    if (known === undefined) keys.set(key, [error])
    else if (known.length < atPlaceMax && !known.some(({ cause }) => cause === error.cause)) known.push(error)
  }
}

type Taken = {
  readonly path: readonly (string | number)[]
  readonly index: number
  readonly holder: Holder
  readonly cause: ErrorCause
}

/** How much the error took is not said: it may be all that its fetch was to bring below the first field. */
function addTaken(
  missing: Map<Holder, PlacedError[]>,
  start: Holder,
  { path, index, holder, cause }: Taken,
): void {
  addMissing(missing, holder, { cause, below: [], beside: { above: 0, path: path.slice(index) } })
  const top = ownMember(start as JsonObject, String(keyIn(start, path[0] ?? '')))
  if (isHolder(top)) addMissing(missing, top, { cause, below: [], beside: { above: 1, path } })
}

/** What is there was brought by others; what is missing of it, at any depth, this may explain. */
function addMissing(missing: Map<Holder, PlacedError[]>, value: Holder, error: PlacedError): void {
  const known = missing.get(value)
  if (known === undefined) missing.set(value, [error])
  else if (known.length >= atPlaceMax || known.some(({ cause }) => cause === error.cause)) return
  else known.push(error)
  for (const member of Object.values(value)) if (isHolder(member)) addMissing(missing, member, lower(error))
}

/** The same error, said of what is one key further down. */
const lower = (error: PlacedError): PlacedError =>
  error.beside === undefined
    ? error
    : { ...error, beside: { ...error.beside, above: error.beside.above + 1 } }

const isHolder = (value: unknown): value is Holder => isJsonObject(value) || Array.isArray(value)

const none: readonly PlacedError[] = []

// One server has one error at a place. A subgraph that sends a hundred thousand must not have them compared with each other.
const atPlaceMax = 10

// A JIT writes a list index as a string of digits.
const keyIn = (holder: Holder, part: string | number): string | number =>
  Array.isArray(holder) && typeof part === 'string' && /^\d+$/.test(part) ? Number(part) : part
