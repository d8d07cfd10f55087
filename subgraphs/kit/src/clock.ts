/** Time as an argument: the system clock, and the type that every module takes instead of calling `new Date()`. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }
