/** Step 3: the source becomes a document, once for each text that is sent. */
import { createHash } from 'node:crypto'
import { duringSpan } from '@souk/contracts'
import { type DocumentNode, GraphQLError, parse as parseGraphQL, TokenKind, Lexer, Source } from 'graphql'
import { refuseRequest } from '../errors.ts'
import type { BoundedMap } from '../planner/bounded-map.ts'
import type { ParsedDocument } from './operation.ts'

export function parse(
  source: string,
  cache: BoundedMap<ParsedDocument>,
  limits: { readonly tokensMax: number },
): ParsedDocument {
  // By the text itself: hashing it would cost each request more than all that the cache saves it.
  const known = cache.get(source)
  if (known !== undefined) return known
  const hash = createHash('sha256').update(source).digest('base64')
  const characters = source.length
  const parseNow = (): DocumentNode => parseWithin(source, limits.tokensMax)
  const parsed = { hash, characters, document: duringSpan({ name: 'parse' }, parseNow) }
  cache.set(source, parsed, characters)
  return parsed
}

function parseWithin(source: string, tokensMax: number): DocumentNode {
  try {
    return parseGraphQL(source, { maxTokens: tokensMax })
  } catch (error) {
    if (!(error instanceof GraphQLError))
      throw refuseRequest('GW_PARSE_FAILED', 'The document is nested too deeply to be read.')
    if (hasMoreTokens(source, tokensMax)) {
      throw refuseRequest(
        'GW_LIMIT_EXCEEDED',
        `The document has more than ${tokensMax} tokens (SOUK_TOKENS_MAX).`,
        {
          limit: tokensMax,
        },
      )
    }
    throw refuseRequest('GW_PARSE_FAILED', error.message, { locations: error.locations })
  }
}

// graphql-js reports its token limit as a syntax error like any other, so the count tells them apart.
function hasMoreTokens(source: string, tokensMax: number): boolean {
  const lexer = new Lexer(new Source(source))
  try {
    for (let count = 0; count <= tokensMax; count += 1)
      if (lexer.advance().kind === TokenKind.EOF) return false
    return true
  } catch {
    return false
  }
}
