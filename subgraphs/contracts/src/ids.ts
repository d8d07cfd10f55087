/** Identifiers: UUIDv7, opaque to clients, sortable by creation time. */
import { createHash } from 'node:crypto'
import { UUID, V7Generator } from 'uuidv7'

/** Where ids come from. A port, so that a test can make them predictable. */
export interface Ids {
  next(): string
}

export function randomIds(): Ids {
  const generator = new V7Generator()
  return { next: () => generator.generate().toString() }
}

/**
 * A UUIDv7 that is the same every time for the same name: the time part is `at`, the rest a hash of the name.
 * What is imported from a file gets such ids, so importing it again finds the rows already there.
 */
export function idFromName(name: string, at: Date): string {
  const digest = createHash('sha256').update(name).digest()
  return UUID.fromFieldsV7(
    at.getTime(),
    digest.readUInt16BE(0) & 0x0fff,
    digest.readUInt32BE(2) & 0x3fff_ffff,
    digest.readUInt32BE(6),
  ).toString()
}

export const isId = (value: string): boolean => idPattern.test(value)

const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
