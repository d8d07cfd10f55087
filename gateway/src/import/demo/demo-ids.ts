/** Ids and moments of the demo data: the same on every machine, so that two deployments answer alike. */
import { idFromName } from '@souk/contracts'

const epoch = new Date('2026-01-01T00:00:00Z')

export const demoId = (kind: string, name: string | number): string =>
  idFromName(`demo ${kind} ${name}`, epoch)

// The evening on which the demo's live rooms are on air.
const showtime = Date.parse('2026-11-11T12:00:00Z')

const hour = 3_600_000

/** A moment some hours from the demo's evening. */
export const demoTime = (hours: number): string => new Date(showtime + hours * hour).toISOString()
