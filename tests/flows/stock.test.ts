/** The last units: sold once each, however many want them at the same moment. */
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { checkoutComplete, openShop, payment, quote } from '../support/builders.ts'
import type { Client } from '../support/client.ts'
import { eachDeployment } from '../support/each-deployment.ts'
import { shopper } from '../support/people.ts'

const buyersCount = 300
const unitsCount = 100

const pollMs = 50

async function outcomeOf(buyer: Client | undefined, id: string | undefined): Promise<string> {
  for (;;) {
    const data = await buyer?.get<{ order: { state: string; cancelReason: string | null } }>(
      `query ($id: ID!) { order(id: $id) { state cancelReason } }`,
      { id },
    )
    if (data && data.order.state !== 'PENDING_PAYMENT') return data.order.cancelReason ?? data.order.state
    await wait(pollMs)
  }
}

eachDeployment('the last 100 units and 300 buyers at once', (souk) => {
  test('exactly 100 orders are paid, 200 buyers are told OUT_OF_STOCK, and no unit is left or lent', async () => {
    const shop = await openShop(souk(), [{ stock: unitsCount }])
    const [goods] = shop.goods
    if (!goods) throw new Error('no goods')
    const buyers = await Promise.all(
      Array.from({ length: buyersCount }, (_, index) => souk().as(shopper(`buyer-${index}`))),
    )
    const checkouts = await Promise.all(buyers.map((buyer) => quote(buyer, { offerId: goods.offerId })))
    const answers = await Promise.all(
      buyers.map((buyer, index) =>
        buyer.get<{ result: { code?: string; order?: { id: string } } }>(checkoutComplete, {
          input: payment(checkouts[index] ?? ''),
        }),
      ),
    )
    // Who waited longer than checkout waits got the order as it stood; it goes on by itself, and says how it ended.
    const outcomes = await Promise.all(
      answers.map(
        async ({ result }, index) => result.code ?? (await outcomeOf(buyers[index], result.order?.id)),
      ),
    )
    expect(
      Object.fromEntries(
        Map.groupBy(outcomes, (outcome) => outcome)
          .entries()
          .map(([outcome, all]) => [outcome, all.length]),
      ),
    ).toEqual({
      PAID: unitsCount,
      OUT_OF_STOCK: buyersCount - unitsCount,
    })
    const { offer } = await (
      await souk().as(shop.staff)
    ).get<{ offer: object }>(
      `query ($id: ID!) { offer(id: $id) { sku { stock { available onHand held } } availability { available reason } } }`,
      { id: goods.offerId },
    )
    expect(offer).toEqual({
      sku: { stock: { available: 0, onHand: 0, held: 0 } },
      availability: { available: false, reason: 'OUT_OF_STOCK' },
    })
  })
})
