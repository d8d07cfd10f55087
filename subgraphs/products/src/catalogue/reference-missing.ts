/** Tells the database's refusal of a row that refers to nothing from every other failure. */

/** PostgreSQL's foreign_key_violation, however deep the driver's error lies in Prisma's. */
const foreignKeyViolation = '23503'

export function referenceMissing(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false
  const fields = error as Readonly<Record<string, unknown>>
  if (
    fields.code === 'P2003' ||
    fields.code === foreignKeyViolation ||
    fields.originalCode === foreignKeyViolation
  )
    return true
  return [fields.meta, fields.cause, fields.driverAdapterError].some((inner) =>
    referenceMissing(inner, depth + 1),
  )
}
