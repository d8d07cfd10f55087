/** The rules of STYLE that are marked [tidy], and [eachDeployment]: what a person would look for in every file. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { listFiles, readSources, root, type SourceFile } from './source-files.ts'

const sources = readSources()
const files = listFiles()
const tests = sources.filter(({ path }) => path.endsWith('.test.ts'))
// Spelled in halves, or this file would break its own rules.
const thisFile = 'tests/architecture/tidy.test.ts'
const others = sources.filter(({ path }) => path !== thisFile)

test('every source file opens with one sentence that says what it is for', () => {
  expect(pathsOf(sources, ({ text }) => !opensWithSentence(text))).toEqual([])
})

test('no file is named for what it is not', () => {
  const banned = /^(utils?|helpers?|common|misc|manager|base)(\.|$)|[-.](utils?|helpers?|manager)\./
  const bannedFolder = /(^|\/)(utils?|helpers?|common|misc|managers?|base)\//
  expect(files.filter((path) => banned.test(basename(path)) || bannedFolder.test(path))).toEqual([])
})

test('files are named in kebab case', () => {
  const allowed = /^[a-z0-9.-]+$/
  expect(sources.map(({ path }) => path).filter((path) => !allowed.test(basename(path)))).toEqual([])
})

test('a note of what is still to do carries an issue number, and none says that it must be mended', () => {
  expect(findLines(others, /\bTODO\b(?!\(?\s?#\d+)/)).toEqual([])
  expect(findLines(others, /\bFIXME\b/)).toEqual([])
})

test('every error code is listed in the README of its package', () => {
  const missing = sources.filter(({ path }) => basename(path) === 'errors.ts').flatMap(findUnlistedCodes)
  expect(missing).toEqual([])
})

test('test names are unique within their file', () => {
  expect(
    tests.flatMap(({ path, text }) => findRepeats(readTestNames(text)).map((name) => `${path}: ${name}`)),
  ).toEqual([])
})

test('tests are not named for an issue', () => {
  expect(tests.map(({ path }) => path).filter((path) => /(fix|issue|bug)-?\d+/.test(path))).toEqual([])
})

test('every flow test runs under both deployments', () => {
  const flows = tests.filter(({ path }) => path.startsWith('tests/flows/'))
  expect(pathsOf(flows, ({ text }) => !text.includes('eachDeployment('))).toEqual([])
})

test('the root holds only what belongs there', () => {
  const allowed = [
    'package.json',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'tsconfig.base.json',
    'README.md',
    'CONTRIBUTING.md',
    'LICENSE',
    'gateway',
    'subgraphs',
    'plugins',
    'tests',
  ]
  const entries = new Set(files.map((path) => path.split('/')[0] ?? ''))
  expect([...entries].filter((entry) => !entry.startsWith('.') && !allowed.includes(entry))).toEqual([])
})

test('nothing refers to a place outside the repository', () => {
  const outside = /\.\.\/shared\b|["'`\s(](\/work\/|\/home\/\w|\/Users\/\w|\/farm\/)/
  const texts = files
    .filter((path) => path !== thisFile && isText(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  expect(findLines(texts, outside)).toEqual([])
})

const pathsOf = (among: readonly SourceFile[], isWrong: (file: SourceFile) => boolean): readonly string[] =>
  among.filter(isWrong).map(({ path }) => path)

/** A comment, in any of its forms, whose first sentence ends. */
function opensWithSentence(text: string): boolean {
  const start = text.replace(/^#!.*\n/, '')
  const block = /^\/\*\*?([\s\S]*?)\*\//.exec(start)?.[1]
  const lines = /^(\/\/.*\n)+/.exec(start)?.[0].replaceAll('//', '')
  const comment = (block ?? lines ?? '').replaceAll(/^\s*\*/gm, '').trim()
  return /^\S.{10,}?[.:?]/s.test(comment)
}

function findLines(among: readonly SourceFile[], pattern: RegExp): readonly string[] {
  return among.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        pattern.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 100)}`] : [],
      ),
  )
}

function findUnlistedCodes({ path, text }: SourceFile): readonly string[] {
  const codes = new Set(
    [...text.matchAll(/^ {2}['"]?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)['"]?:/gm)].map(([, code]) => code ?? ''),
  )
  const readme = findReadme(dirname(path))
  const listed = readme === undefined ? '' : readFileSync(join(root, readme), 'utf8')
  return [...codes]
    .filter((code) => !listed.includes(code))
    .map((code) => `${code} of ${path} is not in ${readme ?? 'a README'}`)
}

/** The README of the package: beside the package.json that is nearest above. */
function findReadme(folder: string): string | undefined {
  if (existsSync(join(root, folder, 'package.json'))) {
    const readme = join(folder, 'README.md')
    return existsSync(join(root, readme)) ? readme : undefined
  }
  return folder === '.' ? undefined : findReadme(dirname(folder))
}

const readTestNames = (text: string): readonly string[] =>
  [...text.matchAll(/^\s*(?:test|it)(?:\.\w+(?:\([^)]*\))?)?\(\s*(['"`])(.*?)\1,/gm)].map(
    ([, , name]) => name ?? '',
  )

const findRepeats = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => names.indexOf(name) !== index)

const isText = (path: string): boolean =>
  /\.(ts|mjs|cjs|json|md|yaml|graphql|prisma|sql|html|css)$|^\.ci\//.test(path)
