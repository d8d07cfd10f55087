/**
 * What Node can reach on one query: its seven calls written by hand, no planning, no validation, no errors. Not a gateway; a mark for one.
 * `node by-hand.ts PORT URLS`
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Pool } from 'undici'

const [, , port = '0', urlsText = '{}'] = process.argv
const urls = JSON.parse(urlsText) as Record<string, string>
const pools = Object.fromEntries(
  Object.entries(urls).map(([name, url]) => [name, new Pool(new URL(url).origin, { connections: 64 })]),
)

type User = { id: string; username?: string; name?: string; reviews?: Review[] }
type Product = {
  upc: string
  name?: string
  price?: number
  weight?: number
  inStock?: boolean
  shippingEstimate?: number
  reviews?: Review[]
}
type Review = { id: string; body: string; product?: Product; author?: User }
type Answer<Data> = { data: Data }

async function call<Data>(name: string, body: string): Promise<Data> {
  const pool = pools[name] as Pool
  const { body: answer } = await pool.request({
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return (JSON.parse(await answer.text()) as Answer<Data>).data
}

const usersBody = JSON.stringify({ query: '{ users { id username name } }' })
const topBody = JSON.stringify({ query: '{ topProducts { upc name price weight } }' })
const meBody = JSON.stringify({ query: '{ me { id name username } }' })
const reviewsPrefix = `{"query":${JSON.stringify(
  'query($r:[_Any!]!){_entities(representations:$r){...on User{reviews{id body product{upc reviews{id body author{id reviews{id body product{upc}}}}}}}...on Product{reviews{id body author{id reviews{id body product{upc}}}}}}}',
)},"variables":{"r":[`
const productsPrefix = `{"query":${JSON.stringify(
  'query($r:[_Any!]!){_entities(representations:$r){...on Product{name price weight}}}',
)},"variables":{"r":[`
const stockPrefix = `{"query":${JSON.stringify(
  'query($r:[_Any!]!){_entities(representations:$r){...on Product{inStock shippingEstimate}}}',
)},"variables":{"r":[`
const peoplePrefix = `{"query":${JSON.stringify('query($r:[_Any!]!){_entities(representations:$r){...on User{username name}}}')},"variables":{"r":[`
type Entities<Entity> = { _entities: Entity[] }

async function big(): Promise<string> {
  const [{ users }, { topProducts }] = await Promise.all([
    call<{ users: User[] }>('accounts', usersBody),
    call<{ topProducts: Product[] }>('products', topBody),
  ])
  const asked = [
    ...users.map(({ id }) => `{"__typename":"User","id":"${id}"}`),
    ...topProducts.map(({ upc }) => `{"__typename":"Product","upc":"${upc}"}`),
  ]
  const { _entities: reviewed } = await call<Entities<{ reviews: Review[] }>>(
    'reviews',
    `${reviewsPrefix}${asked.join(',')}]}}`,
  )
  const products = new Map<string, Product[]>()
  const people = new Map<string, User[]>()
  const keep = <Value>(kept: Map<string, Value[]>, key: string, value: Value): void => {
    const known = kept.get(key)
    if (known === undefined) kept.set(key, [value])
    else known.push(value)
  }
  const seeLast = (reviews: Review[] = []): void => {
    for (const { product } of reviews) if (product) keep(products, product.upc, product)
  }
  const seeAuthors = (reviews: Review[] = []): void => {
    for (const { author } of reviews) {
      if (!author) continue
      keep(people, author.id, author)
      seeLast(author.reviews)
    }
  }
  for (const [at, user] of users.entries()) {
    user.reviews = reviewed[at]?.reviews ?? []
    for (const { product } of user.reviews) {
      if (!product) continue
      keep(products, product.upc, product)
      seeAuthors(product.reviews)
    }
  }
  for (const [at, product] of topProducts.entries()) {
    product.reviews = reviewed[users.length + at]?.reviews ?? []
    seeAuthors(product.reviews)
  }
  const upcs = [...products.keys()]
  const known = new Map(topProducts.map((product) => [product.upc, product]))
  const missing = upcs.filter((upc) => !known.has(upc))
  const ids = [...people.keys()]
  const [details, named] = await Promise.all([
    missing.length === 0
      ? { _entities: [] }
      : call<Entities<Product>>(
          'products',
          `${productsPrefix}${missing.map((upc) => `{"__typename":"Product","upc":"${upc}"}`).join(',')}]}}`,
        ),
    call<Entities<User>>(
      'accounts',
      `${peoplePrefix}${ids.map((id) => `{"__typename":"User","id":"${id}"}`).join(',')}]}}`,
    ),
  ])
  for (const [at, upc] of missing.entries()) known.set(upc, { upc, ...details._entities[at] })
  const all = [...known.values()]
  const { _entities: stock } = await call<Entities<Product>>(
    'inventory',
    `${stockPrefix}${all.map(({ upc, price, weight }) => `{"__typename":"Product","upc":"${upc}","price":${price},"weight":${weight}}`).join(',')}]}}`,
  )
  for (const [at, product] of all.entries()) {
    product.inStock = stock[at]?.inStock as boolean
    product.shippingEstimate = stock[at]?.shippingEstimate as number
  }
  for (const [upc, places] of products) for (const place of places) fill(place, known.get(upc) as Product)
  for (const [at, id] of ids.entries()) {
    for (const place of people.get(id) ?? []) {
      place.username = named._entities[at]?.username as string
      place.name = named._entities[at]?.name as string
    }
  }
  return `{"data":{"users":[${users.map((user) => `{${writeUser(user)},"reviews":[${(user.reviews ?? []).map((review) => writeReview(review, 0)).join(',')}]}`).join(',')}],"topProducts":[${topProducts.map((product) => `{${writeProduct(product)},"reviews":[${(product.reviews ?? []).map((review) => writeReview(review, 1)).join(',')}]}`).join(',')}]}}`
}

function fill(place: Product, { name, price, weight, inStock, shippingEstimate }: Product): void {
  place.name = name as string
  place.price = price as number
  place.weight = weight as number
  place.inStock = inStock as boolean
  place.shippingEstimate = shippingEstimate as number
}

const writeUser = ({ id, username, name }: User): string =>
  `"id":"${id}","username":${JSON.stringify(username)},"name":${JSON.stringify(name)}`
const writeProduct = ({ inStock, name, price, shippingEstimate, upc, weight }: Product): string =>
  `"inStock":${inStock},"name":${JSON.stringify(name)},"price":${price},"shippingEstimate":${shippingEstimate},"upc":"${upc}","weight":${weight}`

// 0: a review with its product's reviews; 1: one with its author's reviews; 2: one with its product alone.
function writeReview({ id, body, product, author }: Review, level: number): string {
  const head = `{"id":"${id}","body":${JSON.stringify(body)}`
  if (level === 1)
    return `${head},"author":{${writeUser(author as User)},"reviews":[${(author?.reviews ?? []).map((review) => writeReview(review, 2)).join(',')}]}}`
  const below =
    level === 0
      ? `,"reviews":[${(product?.reviews ?? []).map((review) => writeReview(review, 1)).join(',')}]`
      : ''
  return `${head},"product":{${writeProduct(product as Product)}${below}}}`
}

const server = createServer(
  { keepAliveTimeout: 60_000 },
  (request, response) => void answer(request, response),
)

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks).toString('utf8')
  const text = body.includes('TestQuery')
    ? await big()
    : JSON.stringify({ data: await call<object>('accounts', meBody) })
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

server.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'))
