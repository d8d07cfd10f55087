/** Takes a payment provider's callback: signature, record, and on with the order. Any number of the same callback is one. */
import { notFound } from '@souk/contracts'
import type { Refusal } from '@souk/kit'
import { textLimits } from '../config.ts'
import { badInput } from '../errors.ts'
import type { PaymentMethod } from '../order/order.ts'
import { runWithin } from '../place-order/complete-checkout.ts'
import type { PlacingWorld } from '../place-order/placing-world.ts'
import type { PaymentStore } from './payment-store.ts'

export type NoticeInput<Provider extends string> = {
  readonly provider: Provider
  readonly body: string
  readonly signature: string
}

export type NoticeAnswer =
  | { readonly __typename: 'PaymentNoticeAccepted'; readonly repeated: boolean }
  | Refusal<'NoticeSignatureInvalid'>

export async function receivePaymentNotice(
  world: PlacingWorld,
  payments: PaymentStore,
  { provider, body, signature }: NoticeInput<PaymentMethod>,
): Promise<NoticeAnswer> {
  checkNoticeSize(body)
  const deadlineAt = performance.now() + world.requestMs
  const notice = await world.providers[provider].readNotice(body, signature)
  if (notice === null) return signatureInvalid
  const recorded = await payments.recordNotice(provider, notice, world.clock.now())
  if (recorded === null) throw notFound('payment of an order', notice.reference)
  // Repeats too: the first may have been killed between its record and its run.
  const claimed = await world.store.claim(notice.reference, world.ids.next(), world.clock.now())
  if (claimed !== null) await runWithin(world, claimed, deadlineAt)
  return { __typename: 'PaymentNoticeAccepted', repeated: recorded.repeated }
}

export function checkNoticeSize(body: string): void {
  if (Buffer.byteLength(body) > textLimits.noticeBytesMax)
    throw badInput(`"body" has at most ${textLimits.noticeBytesMax} bytes.`)
}

export const signatureInvalid: Refusal<'NoticeSignatureInvalid'> = {
  __typename: 'NoticeSignatureInvalid',
  code: 'NOTICE_SIGNATURE_INVALID',
  message: 'The signature is not that of the provider. The notice was ignored.',
}
