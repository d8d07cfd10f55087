/** Refuses variables and arguments that are nested too deeply: what reads and writes them goes by level. */
import { type ASTNode, type DocumentNode, Kind, visit } from 'graphql'
import { refuseRequest } from '../errors.ts'

export function limitVariables(variables: Readonly<Record<string, unknown>>, depthMax: number): void {
  for (const [name, value] of Object.entries(variables))
    if (isDeeper(value, depthMax)) throw tooDeep(`The variable "$${name}"`, depthMax)
}

/** Level by level, not by recursion, which is what this is to protect. */
export function isDeeper(value: unknown, depthMax: number): boolean {
  let level = [value].filter(isNested)
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > depthMax) return true
    level = level.flatMap((one) => Object.values(one)).filter(isNested)
  }
  return false
}

/** Whether there are more values and characters in it than that. */
export function holdsMore(value: unknown, weightMax: number): boolean {
  let weightLeft = weightMax
  let level = [value]
  while (level.length > 0) {
    for (const one of level) weightLeft -= typeof one === 'string' ? one.length : 1
    if (weightLeft < 0) return true
    level = level.filter(isNested).flatMap((one) => Object.values(one) as unknown[])
  }
  return false
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null

export function limitLiterals(document: DocumentNode, depthMax: number): void {
  let depth = 0
  visit(document, {
    enter(node) {
      if (!isNesting(node)) return
      depth += 1
      if (depth > depthMax) throw tooDeep('A value in the document', depthMax)
    },
    leave(node) {
      if (isNesting(node)) depth -= 1
    },
  })
}

const isNesting = ({ kind }: ASTNode): boolean => kind === Kind.LIST || kind === Kind.OBJECT

const tooDeep = (what: string, depthMax: number): Error =>
  refuseRequest(
    'GW_LIMIT_EXCEEDED',
    `${what} is nested more than ${depthMax} levels deep (SOUK_INPUT_DEPTH_MAX).`,
    { limit: depthMax },
  )
