/** Reads the file that lists subgraphs: `[{ "name": "products", "url": "http://…", "sdl": "products.graphql" }]`. */
import { ClientError } from '@souk/contracts'
import { z } from 'zod'

/** Without a file its schema is asked of the subgraph itself. */
export type ListedSubgraph = {
  readonly name: string
  readonly url: string
  readonly sdl?: string | undefined
}

export function readSubgraphList(text: string, source: string): readonly ListedSubgraph[] {
  const parsed = listSchema.safeParse(parseJson(text, source))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const path = (issue?.path ?? []).map((part) =>
      typeof part === 'number' ? `[${part}]` : `.${String(part)}`,
    )
    const where = path.length === 0 ? '' : ` at ${path.join('').replace(/^\./, '')}`
    throw wrong(`${source} is not a list of subgraphs${where}: ${issue?.message ?? 'it is not valid'}`)
  }
  for (const [index, { name }] of parsed.data.entries())
    if (parsed.data.findIndex((other) => other.name === name) < index)
      throw wrong(`${source} lists the subgraph ${name} twice`)
  return parsed.data
}

const listSchema = z
  .array(
    z.strictObject({
      name: z.string().regex(/^\S+$/, 'a name without spaces is missing'),
      url: z
        .string()
        .refine(
          (url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol),
          'an http(s) URL is missing',
        ),
      sdl: z.string().optional(),
    }),
  )
  .nonempty('it is empty')

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw wrong(`${source} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

const wrong = (message: string): ClientError => new ClientError('GW_CONFIG_INVALID', `${message}.`)
