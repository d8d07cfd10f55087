/** Enters a sale on another platform, so that a live room's figures are whole (C3). */
import { currencySchema, type Ids, type Money, money, type Viewer } from '@souk/contracts'
import { claimIdempotencyKey, type Clock, type Refusal, type SqlExecutor } from '@souk/kit'
import { badInput } from '../errors.ts'
import type { ConversionStore, ExternalConversion } from './conversion-store.ts'

export type ConversionWorld = {
  readonly store: ConversionStore
  readonly database: SqlExecutor
  readonly clock: Clock
  readonly ids: Ids
}

export type ConversionReport = Omit<ExternalConversion, 'id' | 'amount'> & {
  readonly amount: { readonly amount: bigint; readonly currency: string }
  readonly idempotencyKey: string
}

export type ConversionAnswer =
  | { readonly __typename: 'ExternalConversionReported'; readonly conversion: ExternalConversion }
  | (Refusal<'ExternalConversionConflict'> & { readonly existing: ExternalConversion })

export async function reportConversion(
  world: ConversionWorld,
  viewer: Viewer,
  input: ConversionReport,
): Promise<ConversionAnswer> {
  const { idempotencyKey: key, ...report } = input
  const amount = readAmount(input)
  if (input.source === 'PLATFORM_SHOP')
    throw badInput('"source" is another platform: orders of platform shops are counted by themselves.')
  if (input.externalOrderId.trim() === '')
    throw badInput('"externalOrderId" is the id of the order on the other platform.')
  const viewerId = viewer.kind === 'user' ? viewer.userId : viewer.kind
  const now = world.clock.now()
  const claim = await claimIdempotencyKey(world.database, {
    viewerId,
    operation: 'externalConversionReport',
    key,
    input: report,
    newId: world.ids.next(),
    now,
  })
  const wanted: ExternalConversion = { ...report, id: claim.entityId, amount }
  const existing = await world.store.record(wanted, viewerId, now)
  if (isSame(existing, wanted)) return { __typename: 'ExternalConversionReported', conversion: existing }
  return {
    __typename: 'ExternalConversionConflict',
    code: 'EXTERNAL_CONVERSION_CONFLICT',
    message: `The order ${wanted.externalOrderId} of ${wanted.source} was reported with other facts before.`,
    existing,
  }
}

function readAmount({ amount }: ConversionReport): Money {
  if (!currencySchema.safeParse(amount.currency).success)
    throw badInput('"amount.currency" is an ISO 4217 code such as CNY.')
  if (amount.amount <= 0n) throw badInput('"amount.amount" is more than 0.')
  return money(amount.amount, amount.currency)
}

const isSame = (one: ExternalConversion, other: ExternalConversion): boolean =>
  one.liveRoomId === other.liveRoomId &&
  one.offerId === other.offerId &&
  one.amount.amount === other.amount.amount &&
  one.amount.currency === other.amount.currency &&
  one.paidAt.getTime() === other.paidAt.getTime()
