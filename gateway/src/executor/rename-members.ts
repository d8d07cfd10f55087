/** Gives members of an answer the names that data has for them, where the text of a fetch had to use others. */
import type { Rename } from '../planner/query-plan.ts'
import { isJsonObject, type JsonObject } from './json-object.ts'
import { mergeData } from './merge-data.ts'

/** Changes the value, which the executor owns. */
export function renameMembers(root: unknown, renames: readonly Rename[]): void {
  for (const rename of renames) applyRename(root, rename, 0)
}

function applyRename(value: unknown, rename: Rename, depth: number): void {
  if (Array.isArray(value)) {
    for (const item of value) applyRename(item, rename, depth)
    return
  }
  const step = rename.path[depth]
  if (!isJsonObject(value) || step === undefined) return
  if (step.kind === 'types') {
    if (typeof value.__typename === 'string' && step.types.includes(value.__typename))
      applyRename(value, rename, depth + 1)
    return
  }
  if (depth < rename.path.length - 1) applyRename(value[step.name], rename, depth + 1)
  else renameMember(value, step.name, rename.name)
}

// Under the other name there may be part of the same object: what was asked of every type, beside what was asked of this one.
function renameMember(object: JsonObject, from: string, to: string): void {
  if (!Object.hasOwn(object, from)) return
  const value = object[from]
  delete object[from]
  mergeData(object, { [to]: value }, { onProblem: () => undefined, onFilled: () => undefined })
}
