/** Reads a JSON file of the project's data folder and checks that it holds what it should. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { z } from 'zod'
import { importError } from '../errors.ts'

const dataFolder = new URL('../../../data/', import.meta.url)

export const dataFile = (name: string): string => fileURLToPath(new URL(name, dataFolder))

export async function readDataFile<Value>(name: string, schema: z.ZodType<Value>): Promise<Value> {
  try {
    return schema.parse(JSON.parse(await readFile(dataFile(name), 'utf8')))
  } catch (cause) {
    throw importError(
      'IMPORT_DATA_WRONG',
      `${dataFile(name)} is missing or does not hold what it should.`,
      cause,
    )
  }
}
