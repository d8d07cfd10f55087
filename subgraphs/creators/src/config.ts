/** Every limit of this subgraph, by name. */
export const creatorsLimits = {
  // The highest rate of the plan rules that we follow (README, "Plan rules").
  rateBpsMax: 9_000,
  displayNameLengthMax: 60,
  // Longer than any title; a longer query is a mistake or an attack on the parser.
  queryLengthMax: 200,
  // Rows of the pool that one run of the job brings up to date; what is left is due in the next run.
  poolRefreshMax: 5_000,
} as const

/** Decreases take effect at midnight of this zone. Mainland China has had no daylight saving time since 1991. */
export const planZoneOffsetMs = 8 * 60 * 60 * 1_000
