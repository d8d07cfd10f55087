/** Titles as people type them: trimmed, never empty, of bounded length. */
import { ClientError } from '@souk/contracts'
import { contentLimits } from '../config.ts'

export function readTitle(title: string): string {
  const trimmed = title.trim()
  if (trimmed.length === 0 || trimmed.length > contentLimits.titleLengthMax) {
    throw new ClientError('BAD_INPUT', `"title" has 1 to ${contentLimits.titleLengthMax} characters.`)
  }
  return trimmed
}
