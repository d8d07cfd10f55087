/** The category tree of an electronics retailer: what is dirty in it is counted, what is impossible is refused. */
import { type CatalogueImport, idFromName } from '@souk/contracts'
import { z } from 'zod'
import { importError } from '../errors.ts'

export const sourceCategoriesSchema = z.array(
  z.object({ id: z.string().min(1), name: z.string().nullable(), parent: z.string().nullable() }),
)

export type SourceCategory = z.infer<typeof sourceCategoriesSchema>[number]

export type CategoryRow = CatalogueImport['categories'][number]

export type CategoryTree = {
  /** A parent stands before its children. */
  readonly categories: readonly CategoryRow[]
  readonly read: number
  /** Rejected: nothing to show to anybody. */
  readonly withoutName: number
  /** Named a parent that the file lacks or that has no name; they stand at the top instead. */
  readonly withoutParent: number
}

export function describeCategories(source: readonly SourceCategory[]): CategoryTree {
  const named = source.filter(({ name }) => name !== null && name.trim() !== '')
  const byId = new Map(named.map((category) => [category.id, category]))
  if (byId.size < named.length) throw importError('IMPORT_DATA_WRONG', 'The categories hold one id twice.')
  const parentOf = ({ parent }: SourceCategory) => (parent === null ? undefined : byId.get(parent))
  const depths = measureDepths(named, parentOf)
  const byDepth = named.toSorted((left, right) => (depths.get(left.id) ?? 0) - (depths.get(right.id) ?? 0))
  return {
    categories: byDepth.map((category) => ({
      id: categoryIdOf(category.id),
      code: category.id,
      name: category.name?.trim() ?? '',
      parentId: toId(parentOf(category)),
    })),
    read: source.length,
    withoutName: source.length - named.length,
    withoutParent: named.filter((category) => category.parent !== null && parentOf(category) === undefined)
      .length,
  }
}

const epoch = new Date('2026-01-01T00:00:00Z')

const categoryIdOf = (code: string): string => idFromName(`bestbuy category ${code}`, epoch)

const toId = (category: SourceCategory | undefined): string | null =>
  category ? categoryIdOf(category.id) : null

function measureDepths(
  categories: readonly SourceCategory[],
  parentOf: (category: SourceCategory) => SourceCategory | undefined,
): ReadonlyMap<string, number> {
  const depths = new Map<string, number>()
  for (const category of categories) {
    const path: SourceCategory[] = []
    const seen = new Set<string>()
    let current: SourceCategory | undefined = category
    while (current !== undefined && !depths.has(current.id)) {
      if (seen.has(current.id))
        throw importError('IMPORT_DATA_WRONG', `The category ${current.id} is an ancestor of itself.`)
      seen.add(current.id)
      path.push(current)
      current = parentOf(current)
    }
    let depth = current === undefined ? 0 : (depths.get(current.id) ?? 0) + 1
    for (const ancestor of path.toReversed()) depths.set(ancestor.id, depth++)
  }
  return depths
}
