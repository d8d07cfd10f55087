/** Every page of ours leads where it says: links to files and to headings of pages. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { listFiles, root } from './source-files.ts'

const pages = listFiles().filter((path) => path.endsWith('.md') && existsSync(join(root, path)))

test('every link of a page leads to a file that is there, and to a heading that it has', () => {
  expect(pages.length).toBeGreaterThan(10)
  expect(pages.flatMap(findDeadLinks)).toEqual([])
})

const findDeadLinks = (page: string): readonly string[] =>
  linksOf(page)
    .filter((link) => !leadsSomewhere(page, link))
    .map((link) => `${page}: ${link}`)

const readPage = (path: string): string =>
  readFileSync(join(root, path), 'utf8').replaceAll(/^```[^]*?^```/gm, '')

const linksOf = (page: string): readonly string[] =>
  [...readPage(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link)

function leadsSomewhere(page: string, link: string): boolean {
  const [file = '', heading] = link.split('#')
  const path = file === '' ? page : normalize(join(dirname(page), file))
  if (!existsSync(join(root, path))) return false
  return heading === undefined || (statSync(join(root, path)).isFile() && headingsOf(path).has(heading))
}

/** As GitHub names the places of headings. */
const headingsOf = (page: string): ReadonlySet<string> =>
  new Set(
    [...readPage(page).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
      text
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
