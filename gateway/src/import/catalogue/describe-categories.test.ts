/** The category tree: dirty rows are counted, impossible ones refused. */
import { expect, test } from 'vitest'
import { describeCategories, type SourceCategory, sourceCategoriesSchema } from './describe-categories.ts'
import { readDataFile } from './read-data-file.ts'

const category = (id: string, parent: string | null, name: string | null = id): SourceCategory => ({
  id,
  name,
  parent,
})

test('parents stand before their children, in whatever order they come', () => {
  const { categories } = describeCategories([category('c', 'b'), category('b', 'a'), category('a', null)])
  expect(categories.map(({ code }) => code)).toEqual(['a', 'b', 'c'])
  expect(categories[2]?.parentId).toBe(categories[1]?.id)
})

test('a missing parent puts a category at the top, and a missing name leaves it out; both are counted', () => {
  const tree = describeCategories([
    category('a', 'gone'),
    category('b', null, null),
    category('c', 'b'),
    category('d', null, ' '),
  ])
  expect(tree.categories.map(({ code, parentId }) => [code, parentId])).toEqual([
    ['a', null],
    ['c', null],
  ])
  expect(tree).toMatchObject({ read: 4, withoutName: 2, withoutParent: 2 })
})

test('a cycle and an id that comes twice are refused', () => {
  expect(() => describeCategories([category('a', 'c'), category('b', 'a'), category('c', 'b')])).toThrow(
    'The category a is an ancestor of itself.',
  )
  expect(() => describeCategories([category('a', 'a')])).toThrow('The category a is an ancestor of itself.')
  expect(() => describeCategories([category('a', null), category('a', null)])).toThrow('one id twice')
})

test('the real file gives 4,583 of its 4,584 categories', async () => {
  const tree = describeCategories(await readDataFile('categories-bestbuy.json', sourceCategoriesSchema))
  expect(tree).toMatchObject({ read: 4_584, withoutName: 1, withoutParent: 363 })
  expect(new Set(tree.categories.map(({ id }) => id)).size).toBe(4_583)
})

test('a data file that is missing or holds something else is named', async () => {
  await expect(readDataFile('no-such.json', sourceCategoriesSchema)).rejects.toMatchObject({
    code: 'IMPORT_DATA_WRONG',
  })
  await expect(readDataFile('products-dummyjson.json', sourceCategoriesSchema)).rejects.toThrow(
    'does not hold what it should',
  )
})
