/** Counts what may be there only so many times: requests in flight, open connections. */

export type Places = {
  /** Takes one, if there is one; what it returns gives it back, once. */
  readonly take: () => (() => void) | undefined
  readonly taken: () => number
}

export function createPlaces(placesMax: number): Places {
  let taken = 0
  return {
    take() {
      if (taken >= placesMax) return undefined
      taken += 1
      let isTaken = true
      return () => {
        if (isTaken) taken -= 1
        isTaken = false
      }
    },
    taken: () => taken,
  }
}
