/** Plans of the corpus in full, so that a reviewer of a change to the planner reads what it does to them. */
import { planOperations } from '@souk/gateway'
import { expect, test } from 'vitest'
import { composeGraph, graphNames, readGraph } from './read-graphs.ts'

const planners = new Map(
  graphNames.map((name) => {
    const { subgraphs, operations } = readGraph(name)
    return [name, { plan: planOperations(composeGraph(subgraphs)), operations }]
  }),
)

function planOf(graphName: (typeof graphNames)[number], operationName: string): string {
  const { plan, operations } = planners.get(graphName) ?? {}
  const operation = operations?.find(({ name }) => name === operationName)
  if (plan === undefined || operation === undefined) throw new Error(`There is no ${operationName}.`)
  return plan(operation.text).text
}

test('shop: the public benchmark asks inventory once, as late as the last that needs it', () => {
  expect(planOf('shop', 'Benchmark')).toMatchInlineSnapshot(`
    "1  fetch accounts  { users { id username name } }
    2  fetch products  { topProducts { name price upc weight } }
    3 after 1, 2  fetch reviews  User(id) at users[] -> { ... on User { reviews { id body product { upc reviews { id body author { id username reviews { id body product { upc } } } } } } } }
        and  Product(upc) at topProducts[] -> { ... on Product { reviews { id body author { id username reviews { id body product { upc } } } } } }
    4 after 3  fetch products  Product(upc) at users[].reviews[].product.reviews[].author.reviews[].product , users[].reviews[].product , topProducts[].reviews[].author.reviews[].product -> { ... on Product { name price weight } }
    5 after 3  fetch accounts  User(id) at users[].reviews[].product.reviews[].author , topProducts[].reviews[].author -> { ... on User { name } }
    6 after 4  fetch inventory  Product(upc price weight) at users[].reviews[].product.reviews[].author.reviews[].product , users[].reviews[].product , topProducts[] , topProducts[].reviews[].author.reviews[].product -> { ... on Product { inStock shippingEstimate } }"
  `)
})

test('shop: what two calls lead to waits for both and for nothing else', () => {
  expect(planOf('shop', 'Dashboard')).toMatchInlineSnapshot(`
    "1  fetch accounts  { users { id } }
    2  fetch products  { topProducts(first: 100) { upc } }
    3 after 1, 2  fetch reviews  User(id) at users[] -> { ... on User { reviews { id } } }
        and  Product(upc) at topProducts[] -> { ... on Product { reviews { id } } }
    4 after 2  fetch inventory  Product(upc) at topProducts[] -> { ... on Product { inStock } }"
  `)
})

test('souk: a live room brings its creator, its shop and the offers of its items at once', () => {
  expect(planOf('souk', 'LiveRoomPage')).toMatchInlineSnapshot(`
    "1  fetch content  query ($id: ID!) { liveRoom(id: $id) { id title kind status startsAt creator { id } shop { id } items(first: 50) { nodes { id position available offer { id } } } } }
    2 after 1  fetch creators  Creator(id) at liveRoom.creator -> { ... on Creator { displayName commercePermission { liveSelling } } }
    3 after 1  fetch products  Shop(id) at liveRoom.shop -> { ... on Shop { name type } }
        and  Offer(id) at liveRoom.items.nodes[].offer -> { ... on Offer { source price { amount currency } availability { available reason } listPrice { amount currency } product { id title priceRange { min { amount currency } max { amount currency } } shop { id name } } } }"
  `)
})

test('souk: a union of content is followed by type', () => {
  expect(planOf('souk', 'OrderAttribution')).toMatchInlineSnapshot(`
    "1  fetch orders  query ($id: ID!) { order(id: $id) { attribution { entry creator { id } content { __typename ... on LiveRoom { id } ... on ShortVideo { id } } } id } }
    2 after 1  fetch content  LiveRoom(id) at order.attribution.content<LiveRoom> -> { ... on LiveRoom { title shop { id } } }
        and  ShortVideo(id) at order.attribution.content<ShortVideo> -> { ... on ShortVideo { title creator { id } } }
    3 after 2  fetch creators  Creator(id) at order.attribution.creator -> { ... on Creator { displayName organization { name } } }
        and  Creator(id) at order.attribution.content<ShortVideo>.creator -> { ... on Creator { displayName } }
        and  Order(id) at order -> { ... on Order { commissions { nodes { rateBps explanation { text } } } } }
    4 after 2  fetch products  Shop(id) at order.attribution.content<LiveRoom>.shop -> { ... on Shop { name } }"
  `)
})

test('souk: a mutation field is finished before the next one starts', () => {
  expect(planOf('souk', 'StartRoom')).toMatchInlineSnapshot(`
    "1  fetch content  mutation ($start: LiveRoomStartInput!) { liveRoomStart(input: $start) { __typename ... on LiveRoomStarted { liveRoom { id title kind status startsAt creator { id } } } ... on LiveRoomTransitionNotAllowed { code message } } }
    2 after 1  fetch creators  Creator(id) at liveRoomStart<LiveRoomStarted>.liveRoom.creator -> { ... on Creator { displayName } }
    then
    1  fetch content  mutation ($add: LiveRoomItemAddInput!) { liveRoomItemAdd(input: $add) { __typename ... on ContentOfferNotShowable { code message } ... on ContentPermissionRequired { code message } ... on LiveRoomEnded { code message } ... on LiveRoomFull { code message } ... on LiveRoomItemAdded { item { position offer { id } } } ... on LiveRoomItemAlreadyThere { item { id } code message } } }
    2 after 1  fetch products  Offer(id) at liveRoomItemAdd<LiveRoomItemAdded>.item.offer -> { ... on Offer { price { amount currency } } }"
  `)
})

test('souk: a page of conditions is one plan', () => {
  expect(planOf('souk', 'StartPage')).toMatchInlineSnapshot(`
    "1  fetch orders if $signedIn  { viewer { id shops { id } } cart { itemCount } }
    2  fetch content if not $quiet  { contentFeed(first: 3) { nodes { __typename ... on ShortVideo { title creator { id } } } } }
    3  fetch products  { categories(first: 8) { nodes { name } } productSearch(sort: NEWEST, first: 6) { edges { node { id title priceRange { min { amount currency } max { amount currency } } shop { id name } } } } }
    4 after 1  fetch products  Shop(id) at viewer.shops[] if $signedIn -> { ... on Shop { name } }
    5 after 2  fetch creators  Creator(id) at contentFeed.nodes[]<ShortVideo>.creator if not $quiet -> { ... on Creator { displayName } }"
  `)
})

test('travel: a value type that two subgraphs share is completed by asking its parent again', () => {
  expect(planOf('travel', 'HotelPage')).toMatchInlineSnapshot(`
    "1  fetch hotels  query ($id: ID!) { hotel__0: hotel(id: $id) { stars amenities id houseRules { checkOutBy } location { latitude longitude } city { code } rooms { code name beds baseRate { amount currency } hotel { id } } } }
    2 after 1  fetch places  City(code) at hotel__0.city -> { ... on City { name timeZone id } }
    3 after 1  fetch rates  Room(baseRate { amount currency } hotel { id } code) at hotel__0.rooms[] -> { ... on Room { rate(nights: $nights) { formatted } } }
    4 after 1  fetch catalogue  Hotel(id) at hotel__0 -> { ... on Hotel { title } }
    5 after 1  fetch reviews  Hotel(id) as Bookable at hotel__0 -> { ... on Bookable { rating reviews(first: 5) { stars body author { name { given } } } } }
    6 after 2  fetch content  Hotel(id stars) at hotel__0 -> { ... on Hotel { houseRules { checkInFrom pets quietHours } description claim gallery(first: 8) { url(width: 1200) alt } } }
        and  City(id) at hotel__0.city -> { ... on City { guide } }"
  `)
})

test('travel: what a booking requires is fetched step by step', () => {
  expect(planOf('travel', 'BookingUpgradeOnly')).toMatchInlineSnapshot(`
    "1  fetch bookings  query ($reference: String!) { booking__0: booking(reference: $reference) { total { amount currency } reference bookedBy { email } id } }
    2 after 1  fetch travellers  Traveller(email) at booking__0.bookedBy -> { ... on Traveller { id } }
    3 after 2  fetch payments  Booking(total { amount currency } reference bookedBy { id }) at booking__0 -> { ... on Booking { balance { amount } fraudScore } }
    4 after 3  fetch loyalty  Booking(balance { amount } fraudScore id) at booking__0 -> { ... on Booking { upgradeOffer { bookable { carrier { code } number departureDate } } } }
    5 after 4  fetch flights  Flight(carrier { code } number departureDate) at booking__0.upgradeOffer.bookable -> { ... on Flight { id departsAt } }
    6 after 5  fetch catalogue  Flight(id) at booking__0.upgradeOffer.bookable -> { ... on Flight { title } }"
  `)
})

test('travel: an interface object gets its runtime type from the subgraph that has the interface', () => {
  expect(planOf('travel', 'BookingItems')).toMatchInlineSnapshot(`
    "1  fetch bookings  query ($reference: String!) { booking__0: booking(reference: $reference) { items { bookable { id isBookedByMe } } } }
    2 after 1  fetch catalogue  Bookable(id) at booking__0.items[].bookable -> { ... on Bookable { __typename title } }
    3 after 1  fetch reviews  Bookable(id) at booking__0.items[].bookable -> { ... on Bookable { rating } }
    4 after 2  fetch flights  Flight(id) at booking__0.items[].bookable<Flight> -> { ... on Flight { number carrier { name } } }
    5 after 2  fetch hotels  Hotel(id) at booking__0.items[].bookable<Hotel> -> { ... on Hotel { stars } }
    6 after 2  fetch content  Hotel(id) at booking__0.items[].bookable<Hotel> -> { ... on Hotel { description } }"
  `)
})

test('streaming: a license requires what the stream has', () => {
  expect(planOf('streaming', 'MoviePlay')).toMatchInlineSnapshot(`
    "1  fetch catalog  query ($slug: String!) { movie(slug: $slug) { id } }
    2 after 1  fetch playback  Movie(id) at movie -> { ... on Movie { stream { assetId manifestUrl qualities tracks { __typename language ... on AudioTrack { channels } ... on SubtitleTrack { isForced } } } progress { seconds } } }
    3 after 2  fetch rights  Stream(qualities assetId) at movie.stream -> { ... on Stream { license { token maxQuality } } }"
  `)
})

test('streaming: a programme guide leads to films by slug and to episodes by a nested key', () => {
  expect(planOf('streaming', 'Guide')).toMatchInlineSnapshot(`
    "1  fetch live  query ($hours: Int!) { channels { name schedule(hours: $hours) { name startsAt endsAt shows { __typename ... on Episode { season { series { id } number } number } ... on Match { home away } ... on Movie { slug } } channel { callSign } } callSign } }
    2 after 1  fetch catalog  Episode(season { series { id } number } number) at channels[].schedule[].shows<Episode> -> { ... on Episode { name id } }
        and  Movie(slug) at channels[].schedule[].shows<Movie> -> { ... on Movie { synopsis id } }
    3 after 1  fetch rights  Program(channel { callSign } startsAt) at channels[].schedule[] -> { ... on Program { canRestart } }
    4 after 1  fetch artwork  Channel(callSign) at channels[] -> { ... on Channel { logo { url } } }"
  `)
})

test('streaming: an interface object whose type nobody asks for needs none', () => {
  expect(planOf('streaming', 'TopRated')).toMatchInlineSnapshot(`
    "1  fetch community  { topRated { stars title { _typename__0: __typename id comments(first: 1) { text author { name } } } } }
    2 after 1  fetch artwork  Title(id) at topRated[].title -> { ... on Title { poster { url } } }"
  `)
})

test('hospital: a chain of requirements through four subgraphs, over two keys of a patient', () => {
  expect(planOf('hospital', 'PatientBriefing')).toMatchInlineSnapshot(`
    "1  fetch patients  query ($id: ID!) { patient(id: $id) { name { given family } bornOn facility { id } mrn id } }
    2 after 1  fetch laboratory  Patient(bornOn facility { id } mrn) at patient -> { ... on Patient { renalFunction } }
    3 after 2  fetch pharmacy  Patient(bornOn renalFunction id) at patient -> { ... on Patient { dosingAdvice } }
    4 after 3  fetch insight  Patient(dosingAdvice id) at patient -> { ... on Patient { briefing } }"
  `)
})

test('hospital: a ward is known by its code here and by its cost centre there', () => {
  expect(planOf('hospital', 'WardBoard')).toMatchInlineSnapshot(`
    "1  fetch facilities  query ($facility: ID!, $code: String!) { ward(facility: $facility, code: $code) { name specialty { label } beds { label isMonitored id } costCentre facility { id } code } }
    2 after 1  fetch encounters  Bed(id) at ward.beds[] -> { ... on Bed { occupiedBy { admittedAt patient { id } vitals { pulse temperature } id } } }
    3 after 1  fetch staff  Ward(costCentre) at ward -> { ... on Ward { headNurse { name { given family } } staffOnDuty { __typename id name { given family } } } }
    4 after 1  fetch scheduling  Ward(facility { id } code) at ward -> { ... on Ward { appointmentsToday } }
    5 after 2  fetch patients  Patient(id) at ward.beds[].occupiedBy.patient -> { ... on Patient { name { given family } bornOn } }
    6 after 2, 3  fetch insight  Encounter(vitals { pulse temperature } id) at ward.beds[].occupiedBy -> { ... on Encounter { earlyWarning } }
        and  Ward(beds { id isMonitored } staffOnDuty { id } costCentre) at ward -> { ... on Ward { pressure } }"
  `)
})

test('hospital: a shared value is completed by a key of its parent', () => {
  expect(planOf('hospital', 'EncounterVitals')).toMatchInlineSnapshot(`
    "1  fetch encounters  query ($id: ID!) { encounter__0: encounter(id: $id) { id } }
    2 after 1  fetch laboratory  Encounter(id) at encounter__0 -> { ... on Encounter { vitals { pulse lactate } } }"
  `)
})
