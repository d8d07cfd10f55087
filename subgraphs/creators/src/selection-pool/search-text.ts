/** Words for full-text search where the language puts no spaces: runs of Han, kana and hangul become pairs of characters. */

const runPattern = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+/gu

/** A title as it is indexed: each run as its single characters, then its pairs side by side. */
export const indexedText = (title: string): string =>
  title.replace(runPattern, (run) => ` ${charactersOf(run).join(' ')} ${pairsOf(run).join(' ')} `)

/** A query for `websearch_to_tsquery`: each run as its pairs, which have to stand side by side as in the run. */
export const queryText = (query: string): string =>
  query
    .split('"')
    .map((part, index) =>
      part.replace(runPattern, (run) => (index % 2 === 1 ? ` ${wordsOf(run)} ` : phraseOf(run))),
    )
    .join('"')

const phraseOf = (run: string): string => `"${wordsOf(run)}" `

const wordsOf = (run: string): string => (pairsOf(run).length === 0 ? run : pairsOf(run).join(' '))

function pairsOf(run: string): readonly string[] {
  const characters = charactersOf(run)
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`)
}

// By code point: a rare ideograph outside the basic plane is one character. Titles and queries are cut alike, so that is enough.
const charactersOf = (run: string): readonly string[] => Array.from(run)
