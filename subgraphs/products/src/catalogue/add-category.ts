/** Adds a category to the tree. */
import type { Refusal } from '@souk/kit'
import { assertOperates } from '../access/shop-access.ts'
import { catalogueLimits } from '../config.ts'
import { loadCategory, loadNamed } from '../load.ts'
import type { Context } from '../modules.ts'
import type { Category } from './catalogue.ts'
import { insertCategory } from './category-store.ts'
import { readText } from './input-rules.ts'

export type CategoryCreateInput = {
  readonly code: string
  readonly name: string
  readonly parentId?: string | null
}

type CategoryCodeTaken = Refusal<'CategoryCodeTaken'> & { readonly category: Category }

export async function addCategory(
  context: Context,
  input: CategoryCreateInput,
): Promise<{ __typename: 'CategoryCreated'; category: Category } | CategoryCodeTaken> {
  assertOperates(context.viewer)
  const category: Category = {
    id: context.ids.next(),
    code: readText('code', input.code, catalogueLimits.codeLengthMax),
    name: readText('name', input.name, catalogueLimits.nameLengthMax),
    parentId: input.parentId ?? null,
  }
  if (category.parentId !== null)
    await loadNamed('category', category.parentId, loadCategory(context, category.parentId))
  if (await insertCategory(context.modules.database, category, context.clock.now()))
    return { __typename: 'CategoryCreated', category }
  const taken = (await context.modules.categories.categoriesByCode([category.code])).get(category.code)
  if (taken === undefined)
    throw new Error(`The category code "${category.code}" was taken, but nothing has it.`)
  return {
    __typename: 'CategoryCodeTaken',
    code: 'CATEGORY_CODE_TAKEN',
    message: `The code is that of "${taken.name}" already.`,
    category: taken,
  }
}
