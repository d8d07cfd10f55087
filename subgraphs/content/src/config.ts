/** Every limit of the content subgraph. */

const hour = 60 * 60_000

export const contentLimits = {
  titleLengthMax: 200,
  /** A short video is minutes long; what is longer was a file of some other kind. */
  durationSecondsMax: 3_600,
  shortVideoItemsMax: 50,
  /** A night of selling has 20 to 100 items. Reordering writes all of them, so the number stays one that a statement likes. */
  liveRoomItemsMax: 500,
  /** Ids in one call from another subgraph. */
  snapshotIdsMax: 5_000,
  /** Rows of one bulk insert; the importer sends more in several calls. */
  importRowsMax: 20_000,
} as const

export const liveRoomLimits = {
  // A room sells many times a second at its peak. Numbers that are a second old look alive; each of them is read for each viewer.
  salesGatherMs: 1_000,
} as const

export const feedLimits = {
  /** Videos that are ranked together. Newer ones never come after older ones from another window, so it bounds how far rank can move one. */
  windowVideosMax: 500,
  /** Rooms that are live at once and get into a feed, the ones started last first. */
  liveRoomsMax: 200,
  seedLengthMax: 64,
  /** How much fresher a room on the air counts than a video of the same age: it is gone when it ends, the video isn't. */
  liveBonusMs: 12 * hour,
  /** How far a seed moves a piece of content. Enough to vary a day's feed, too little to bring up last week's. */
  shuffleMs: 6 * hour,
} as const
