/** Graphs and queries that grow in one direction each: subgraphs, keys, depth, width, types, conditions. */

export type GrowthCase = {
  readonly label: string
  readonly size: number
  readonly sdls: Readonly<Record<string, string>>
  readonly query: string
}

export const growthCases = (): readonly GrowthCase[] => [
  ...[5, 20, 50, 100, 200].map((size) => fiveOfMany(size)),
  ...[5, 20, 50, 100, 200].map((size) => oneOfEach(size)),
  ...[400, 2_000, 4_000].map((size) => manyTypesOfAll(size)),
  ...[5, 20, 50, 100, 200].map((size) => keyChain(size)),
  ...[5, 20, 50, 100, 200].map((size) => equalWays(size)),
  ...[5, 20, 50, 100, 200].map((size) => interfaceObjects(size)),
  ...[5, 10, 15, 19].map((size) => deep(size)),
  ...[10, 100, 500].map((size) => wide(size)),
  ...[10, 50, 100].map((size) => manyJumps(size)),
  ...[1, 2, 4, 8].map((size) => abstractLevels(size)),
  ...[10, 20, 50, 100].map((size) => manyTypes(size)),
  ...[10, 20, 40, 80, 200].map((size) => conditionsOnOneName(size)),
  ...[10, 50, 100, 200].map((size) => conditionsEverywhere(size)),
  ...[5, 10, 20].map((size) => conditionsThatCombine(size)),
]

const numbers = (size: number): readonly number[] => Array.from({ length: size }, (_, index) => index)

const written = (size: number, write: (index: number) => string): string => numbers(size).map(write).join(' ')

const subgraphs = (size: number, write: (index: number) => string): GrowthCase['sdls'] =>
  Object.fromEntries(numbers(size).map((index) => [`s${String(index).padStart(3, '0')}`, write(index)]))

const spread = (size: number): GrowthCase['sdls'] =>
  subgraphs(
    size,
    (index) =>
      `${index === 0 ? 'type Query { things: [Thing] }' : ''} type Thing @key(fields: "id") { id: ID! f${index}: Int }`,
  )

const fiveOfMany = (size: number): GrowthCase => ({
  label: 'five fields, one entity in so many subgraphs',
  size,
  sdls: spread(size),
  query: `{ things { ${written(5, (index) => `f${index}`)} } }`,
})

const oneOfEach = (size: number): GrowthCase => ({
  label: 'a field of each of so many subgraphs',
  size,
  sdls: spread(size),
  query: `{ things { ${written(size, (index) => `f${index}`)} } }`,
})

const keyChain = (size: number): GrowthCase => ({
  label: 'so many subgraphs, each reached by the key of the one before alone',
  size,
  sdls: subgraphs(size, (index) => {
    const keys = index === 0 ? '' : `@key(fields: "k${index}")`
    const own = index === 0 ? '' : `k${index}: ID! @shareable`
    const root = index === 0 ? 'type Query { thing: Thing }' : ''
    return `${root} type Thing ${keys} @key(fields: "k${index + 1}") { ${own} k${index + 1}: ID! @shareable f${index}: Int }`
  }),
  query: `{ thing { f${size - 1} } }`,
})

const equalWays = (size: number): GrowthCase => ({
  label: 'so many subgraphs that all resolve all',
  size,
  sdls: subgraphs(
    size,
    (index) => `type Query { things${index}: [Thing] }
      type Thing @key(fields: "id") @shareable { id: ID! a: Int b: Int next: Thing value: Value }
      type Value @shareable { x: Int inner: Inner } type Inner @shareable { y: Int }`,
  ),
  query:
    '{ things0 { a b next { a next { b value { x inner { y } } } } } things1 { next { next { next { a } } } } }',
})

const manyTypesOfAll = (size: number): GrowthCase => {
  const each = size / 200
  const typesOf = (index: number, write: (number: number) => string): string =>
    written(each, (number) => write((index % 200) * each + number))
  return {
    label: '200 subgraphs with so many types of one interface, each in two of them',
    size,
    sdls: subgraphs(
      200,
      (index) => `${index === 0 ? 'type Query { node: Node }' : ''} interface Node { id: ID! }
        ${typesOf(index, (number) => `type T${number} implements Node @key(fields: "id") { id: ID! a${number}: Int next: Node }`)}
        ${typesOf(index + 1, (number) => `type T${number} implements Node @key(fields: "id") { id: ID! b${number}: Int }`)}`,
    ),
    query: '{ node { id ... on T0 { a0 next { id ... on T1 { b1 } } } } }',
  }
}

const interfaceObjects = (size: number): GrowthCase => ({
  label: 'so many subgraphs that hold an interface of ten types as an object, and a field of each',
  size,
  sdls: {
    a: `type Query { nodes: [Node] } interface Node @key(fields: "id") { id: ID! name: String }
      ${types(10, (name) => `type ${name} implements Node @key(fields: "id") { id: ID! name: String }`)}`,
    ...subgraphs(size, (index) => `type Node @interfaceObject @key(fields: "id") { id: ID! f${index}: Int }`),
  },
  query: `{ nodes { name ${written(size, (index) => `f${index}`)} } }`,
})

const deep = (size: number): GrowthCase => ({
  label: 'so many levels, each in the other of two subgraphs',
  size,
  sdls: {
    a: 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! next: [Thing] a: Int }',
    b: 'type Thing @key(fields: "id") { id: ID! other: [Thing] b: Int }',
  },
  query: `{ thing ${numbers(size).reduce((inner, index) => `{ a b ${index % 2 === 0 ? 'next' : 'other'} ${inner} }`, '{ a b }')} }`,
})

const twoHalves = (size: number): GrowthCase['sdls'] => ({
  a: `type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! ${written(size, (index) => `a${index}: Int`)} }`,
  b: `type Thing @key(fields: "id") { id: ID! ${written(size, (index) => `b${index}: Int`)} }`,
})

const wide = (size: number): GrowthCase => ({
  label: 'so many fields of each of two subgraphs',
  size,
  sdls: twoHalves(size),
  query: `{ thing { ${written(size, (index) => `a${index} b${index}`)} } }`,
})

const manyJumps = (size: number): GrowthCase => ({
  label: 'so many places with a jump each',
  size,
  sdls: twoHalves(size),
  query: `{ ${written(size, (index) => `x${index}: thing { b${index} }`)} }`,
})

const types = (size: number, write: (name: string) => string): string =>
  written(size, (index) => write(`T${index}`))

const abstractLevels = (size: number): GrowthCase => ({
  label: 'so many levels of an interface with ten types, five of them with a jump',
  size,
  sdls: {
    a: `type Query { node: Node } interface Node { id: ID! next: Node }
      ${types(10, (name) => `type ${name} implements Node @key(fields: "id") { id: ID! next: Node }`)}`,
    b: types(10, (name) => `type ${name} @key(fields: "id") { id: ID! own${name}: Int }`),
  },
  query: `{ node ${numbers(size).reduce(
    (inner) => `{ id ${types(5, (name) => `... on ${name} { own${name} }`)} next ${inner} }`,
    '{ id }',
  )} }`,
})

const manyTypes = (size: number): GrowthCase => ({
  label: 'an interface with so many types, each with a jump',
  size,
  sdls: {
    a: `type Query { nodes: [Node] } interface Node { id: ID! }
      ${types(size, (name) => `type ${name} implements Node @key(fields: "id") { id: ID! }`)}`,
    b: types(size, (name) => `type ${name} @key(fields: "id") { id: ID! own${name}: Int }`),
  },
  query: `{ nodes { id ${types(size, (name) => `... on ${name} { own${name} }`)} } }`,
})

const variables = (size: number): string => written(size, (index) => `$v${index}: Boolean!`)

const conditionsOnOneName = (size: number): GrowthCase => ({
  label: 'so many selections of one field, each on conditions of its own, and a jump below',
  size,
  sdls: {
    a: `type Query { node: Node } interface Node { id: ID! next: Node }
      ${types(2, (name) => `type ${name} implements Node @key(fields: "id") { id: ID! next: Node }`)}`,
    b: types(2, (name) => `type ${name} @key(fields: "id") { id: ID! x: Int y: Int }`),
  },
  query: `query(${variables(size)}) { node { ${written(
    size,
    (index) =>
      `next @include(if: $v${index}) { next @skip(if: $v${(index + 1) % size}) {
        ... on T0 { x } ... on T1 @include(if: $v${(index + 3) % size}) { y } } }`,
  )} } }`,
})

const conditionsEverywhere = (size: number): GrowthCase => ({
  label: 'so many fields of each of two subgraphs, each on a condition of its own',
  size,
  sdls: twoHalves(size),
  query: `query(${variables(size)}) { thing { ${written(
    size,
    (index) => `a${index} @include(if: $v${index}) b${index} @skip(if: $v${(index + 1) % size})`,
  )} } }`,
})

const conditionsThatCombine = (size: number): GrowthCase => ({
  label: 'so many selections of one mutation, each on two conditions that combine with all others',
  size,
  sdls: { a: 'type Query { one: Int } type Mutation { add: Int }' },
  query: `mutation(${variables(2 * size)}) { ${written(
    size,
    (index) => `... @include(if: $v${2 * index}) { add @include(if: $v${2 * index + 1}) }`,
  )} }`,
})
