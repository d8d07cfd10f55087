/** Step 6: runs the plan over the transports, under one deadline and one signal for the whole request. */
import type { Execution, FetchRecord } from '../executor/execution.ts'
import type { JsonObject } from '../executor/json-object.ts'
import { createPlaceErrors } from '../executor/place-errors.ts'
import type { CompiledOperation, Merged } from './operation.ts'

export type FetchInput = Omit<Execution, 'data' | 'errors' | 'onFetch'>

export async function fetchAndMerge(operation: CompiledOperation, input: FetchInput): Promise<Merged> {
  const fetches: FetchRecord[] = []
  const data: JsonObject = {}
  const errors = createPlaceErrors()
  await operation.run({ ...input, data, errors, onFetch: (fetch) => void fetches.push(fetch) })
  return { data, errors, fetches }
}
