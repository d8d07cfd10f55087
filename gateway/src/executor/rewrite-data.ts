/** Applies a plan's rewrites to an object that the executor owns: set a value, or rename a key. */
import type { Rewrite } from '../planner/query-plan.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'

export function rewriteData(root: unknown, rewrites: readonly Rewrite[]): void {
  for (const rewrite of rewrites) applyRewrite(root, rewrite, 0)
}

function applyRewrite(value: unknown, rewrite: Rewrite, depth: number): void {
  if (Array.isArray(value)) {
    for (const item of value) applyRewrite(item, rewrite, depth)
    return
  }
  const step = rewrite.path[depth]
  if (!isJsonObject(value) || step === undefined) return
  if (step.kind === 'types') {
    if (typeof value.__typename === 'string' && step.types.includes(value.__typename))
      applyRewrite(value, rewrite, depth + 1)
    return
  }
  if (depth < rewrite.path.length - 1) return applyRewrite(value[step.name], rewrite, depth + 1)
  if (rewrite.kind === 'setValue') value[step.name] = rewrite.value
  else renameKey(value, step.name, rewrite.name)
}

function renameKey(object: JsonObject, from: string, to: string): void {
  if (!Object.hasOwn(object, from)) return
  object[to] = object[from]
  delete object[from]
}
