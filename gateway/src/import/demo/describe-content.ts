/** Short videos and live rooms over the demo catalogue, among them one room with items of several platforms. */
import type { ContentImport, ImportedProduct } from '@souk/contracts'
import { retailShop } from '../retail/retail-shop.ts'
import { offerIdOf as retailOfferIdOf } from '../retail/retail-ids.ts'
import { demoCreators } from './describe-creators.ts'
import { demoId, demoTime } from './demo-ids.ts'

type LiveRoom = ContentImport['liveRooms'][number]
type OfferLink = { readonly offerId: string; readonly source: string }

export const mixedRoomId = demoId('live room', 'mixed')

export function describeContent(products: readonly ImportedProduct[]): ContentImport {
  const platform = linksOf(products, 'PLATFORM_SHOP')
  const taobao = linksOf(products, 'TAOBAO')
  return {
    shortVideos: Array.from({ length: videoCount }, (_video, index) => describeVideo(index, platform)),
    liveRooms: [mixedRoom(platform, taobao), retailRoom(), ...describeRooms(platform)],
  }
}

const linksOf = (products: readonly ImportedProduct[], source: string): readonly OfferLink[] =>
  products.flatMap(({ skus }) =>
    skus.flatMap(({ offers }) =>
      offers.filter((offer) => offer.source === source).map(({ id }) => ({ offerId: id, source })),
    ),
  )

const itemsOf = (contentId: string, links: readonly OfferLink[]) =>
  links.map((link) => ({ id: demoId('content item', `${contentId} ${link.offerId}`), ...link }))

/** `count` links from a place on, round the end. */
const takeLinks = (links: readonly OfferLink[], from: number, count: number): readonly OfferLink[] =>
  Array.from(
    { length: Math.min(count, links.length) },
    (_link, index) => links[(from + index) % links.length],
  ).filter((link) => link !== undefined)

const creatorAt = (index: number): string => demoCreators[index % demoCreators.length]?.id ?? ''

const videoCount = 36
const videoTopics = [
  'Unboxing',
  'Three ways to use it',
  'Honest review',
  'Gift ideas',
  'Under the budget',
  'What I buy again',
]

function describeVideo(index: number, platform: readonly OfferLink[]): ContentImport['shortVideos'][number] {
  const id = demoId('short video', index)
  return {
    id,
    creatorId: creatorAt(index),
    title: `${videoTopics[index % videoTopics.length]}, part ${Math.floor(index / videoTopics.length) + 1}`,
    durationSeconds: 15 + ((index * 7) % 46),
    publishedAt: demoTime(-3 * (index + 1)),
    items: itemsOf(id, takeLinks(platform, index * 5, 1 + (index % 3))),
  }
}

// As in the first big night of such a room: 23 items, ten of which lead to another platform.
const mixedRoom = (platform: readonly OfferLink[], taobao: readonly OfferLink[]): LiveRoom => ({
  id: mixedRoomId,
  kind: 'CREATOR',
  creatorId: creatorAt(0),
  shopId: null,
  title: 'First night: 23 finds, ten of them from Taobao',
  status: 'LIVE',
  startsAt: demoTime(0),
  endsAt: null,
  items: itemsOf(mixedRoomId, [...takeLinks(platform, 0, 13), ...takeLinks(taobao, 0, 10)]),
})

// Best-sellers of the retail file.
const retailCodes = ['85123A', '22423', '22632', '84879', '22114', '21485', '22778', '22086']

function retailRoom(): LiveRoom {
  const id = demoId('live room', 'gift-ware')
  const links = retailCodes.map((code) => ({ offerId: retailOfferIdOf(code), source: 'PLATFORM_SHOP' }))
  return {
    id,
    kind: 'SELF_BROADCAST',
    creatorId: null,
    shopId: retailShop.id,
    title: 'Gift-ware straight from the warehouse',
    status: 'LIVE',
    startsAt: demoTime(-1),
    endsAt: null,
    items: itemsOf(id, links),
  }
}

const rooms = [
  { title: 'Kitchen evening', creator: 1, status: 'LIVE', startsHours: -0.5, lasts: null },
  { title: 'Watches and stories', creator: 2, status: 'SCHEDULED', startsHours: 24, lasts: null },
  { title: 'Running gear, tried on', creator: 4, status: 'SCHEDULED', startsHours: 48, lasts: null },
  { title: 'Small flat, big ideas', creator: 5, status: 'SCHEDULED', startsHours: 72, lasts: null },
  { title: 'Skin care, no nonsense', creator: 6, status: 'ENDED', startsHours: -26, lasts: 2 },
  { title: 'Phones under 300', creator: 8, status: 'ENDED', startsHours: -50, lasts: 3 },
] as const

const describeRooms = (platform: readonly OfferLink[]): readonly LiveRoom[] =>
  rooms.map(({ title, creator, status, startsHours, lasts }, index) => {
    const id = demoId('live room', title)
    return {
      id,
      kind: 'CREATOR',
      creatorId: creatorAt(creator),
      shopId: null,
      title,
      status,
      startsAt: demoTime(startsHours),
      endsAt: lasts === null ? null : demoTime(startsHours + lasts),
      items: itemsOf(id, takeLinks(platform, 20 + index * 11, 9)),
    }
  })
