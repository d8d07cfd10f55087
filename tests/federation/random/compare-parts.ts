/** Compares an answer that came in parts with that of one server: put together it is the same, in whatever order the keys come. */
import { isDeepStrictEqual } from 'node:util'
import type { ExecutionResult } from 'graphql'
import { compareAnswers } from './compare-answers.ts'
import type { AnswerInParts, Path } from './world/ask-in-parts.ts'

/**
 * What is wrong, or undefined; the text before the colon is the class of the fault. A null that must not be ends at its fragment,
 * where one server's answer loses what is around it.
 */
export function compareParts(
  expected: ExecutionResult,
  { answer, parts, lost, fault }: AnswerInParts,
): string | undefined {
  if (fault !== undefined) return `parts: ${fault}`
  const failed = parts.filter(({ data }) => data === null)
  const silent = failed.find(({ errors = [] }) => errors.length === 0)
  if (silent !== undefined) return `unexplained part: no error explains the null at ${silent.path.join('.')}`
  const paths = [...failed.map(({ path }) => path), ...lost]
  if (paths.length > 0 && answer.data !== undefined && expected.data !== undefined) {
    return isSameBut(paths, [], { one: expected.data, other: answer.data })
      ? undefined
      : 'parts with nulls: they differ'
  }
  if (expected.data !== undefined && answer.data !== undefined)
    if (!isDeepStrictEqual(plain(expected.data), plain(answer.data))) return 'parts: they differ'
  const problem = compareAnswers({ ...expected, data: answer.data as ExecutionResult['data'] }, answer)
  return problem && `in parts ${problem}`
}

/** Without prototypes. */
const plain = (data: unknown): unknown => JSON.parse(JSON.stringify(data))

type Pair = { readonly one: unknown; readonly other: unknown }

function isSameBut(failed: readonly Path[], at: Path, { one, other }: Pair): boolean {
  const isAbove = (path: Path): boolean => at.every((key, index) => path[index] === key)
  const isBelow = (path: Path): boolean => path.every((key, index) => at[index] === key)
  if (one === null && other !== null) return failed.some(isAbove)
  if (other === undefined) return failed.some(isBelow)
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return Object.is(one, other)
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].every((name) =>
    isSameBut(failed, [...at, Array.isArray(one) ? Number(name) : name], {
      one: (one as Record<string, unknown>)[name],
      other: (other as Record<string, unknown>)[name],
    }),
  )
}
