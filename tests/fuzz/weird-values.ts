/** Values that programs stumble over, as the text of JSON, so that what no value can be is among them: keys twice, half characters. */
import fc from 'fast-check'

const strings: readonly string[] = [
  '""',
  '"a"',
  '"1"',
  '"A"',
  '"__proto__"',
  '"constructor"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"\\u2028\\u202e"',
  '"\u{1F600}é"',
  '"\\"}]\\r\\n\\r\\n"',
  `"${'x'.repeat(5_000)}"`,
]

const numbers: readonly string[] = [
  '0',
  '-0',
  '1',
  '-1',
  '1.5',
  '2147483647',
  '2147483648',
  '-2147483649',
  '9007199254740993',
  '123456789012345678901234567890',
  '1e400',
  '-1e400',
  '1e-400',
  '0.1e1',
]

const keys: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
  'length',
  '0',
  '',
  '\\u0000',
  'id',
  'text',
  'nested',
  'not',
  'n',
  '__typename',
]

export const jsonKey = fc.constantFrom(...keys)

const deep = fc
  .tuple(fc.constantFrom('[', '{"a":', '{"toJSON":', '{"é":'), fc.constantFrom(5, 40, 300, 20_000))
  .map(([open, times]) => {
    const close = open === '[' ? ']' : '}'
    return `${open.repeat(times)}1${close.repeat(times)}`
  })

/** The text of a value. */
export const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { arbitrary: fc.constantFrom(...strings), weight: 4 },
    { arbitrary: fc.constantFrom(...numbers), weight: 3 },
    {
      arbitrary: fc.tuple(jsonKey, deep).map(([key, value]) => `{"${key}":${value}}`),
      weight: 1,
    },
    { arbitrary: fc.constantFrom('null', 'true', 'false', '[]', '{}'), weight: 3 },
    { arbitrary: deep, weight: 1 },
    { arbitrary: fc.array(tie('value'), { maxLength: 4 }).map((all) => `[${all.join()}]`), weight: 2 },
    {
      arbitrary: fc
        .array(fc.tuple(jsonKey, tie('value')), { maxLength: 4 })
        .map((members) => `{${members.map(([key, value]) => `"${key}":${value}`).join()}}`),
      weight: 3,
    },
  ),
})).value

type Mutation = {
  readonly at: number
  readonly kind: 'cut' | 'drop' | 'insert' | 'repeat' | 'replace'
  readonly bytes: Buffer
}

const bytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 3 }).map((some) => Buffer.from(some)),
  fc
    .constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      '(',
      ')',
      '$',
      '@',
      '...',
      ':',
      '!',
      ',',
      '#',
      '\0',
      '\r\n',
      '\uFEFF',
    )
    .map((text) => Buffer.from(text)),
  fc
    .constantFrom('"""', '__typename', 'null', '1e999', 'fragment', 'on', '@skip(if:true)')
    .map((text) => Buffer.from(text)),
)

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom('cut', 'drop', 'insert', 'repeat', 'replace'),
  bytes,
})

export const mutations = fc.array(mutation, { maxLength: 4 })

/** Changes bytes where they are, whatever they mean. */
export function mutate(given: Buffer | string, changes: readonly Mutation[]): Buffer {
  let text = Buffer.from(given)
  for (const { at, kind, bytes: some } of changes) {
    const place = Math.floor(at * text.length)
    const [before, after] = [text.subarray(0, place), text.subarray(place)]
    switch (kind) {
      case 'cut':
        text = Buffer.from(before)
        break
      case 'drop':
        text = Buffer.concat([before, after.subarray(some.length)])
        break
      case 'insert':
        text = Buffer.concat([before, some, after])
        break
      case 'repeat':
        text = Buffer.concat([before, after.subarray(0, 40), after])
        break
      case 'replace':
        text = Buffer.concat([before, some, after.subarray(some.length)])
        break
      default:
        kind satisfies never
    }
  }
  return text
}
