/** Who am I: what a front end asks first. */
import { expect, test } from 'vitest'
import { openShop, registerCreator } from '../support/builders.ts'
import { eachDeployment } from '../support/each-deployment.ts'
import { shopper } from '../support/people.ts'

const viewerQuery = `{
  viewer { id scopes shops { id name } creator { displayName } serviceProvider { name } }
}`

eachDeployment('the signed-in person finds themselves on the graph', (souk) => {
  test('staff find their shops, a creator themselves, and nobody finds null', async () => {
    const shop = await openShop(souk(), [], 'Lantern House')
    expect(await (await souk().as(shop.staff)).get(viewerQuery)).toEqual({
      viewer: {
        id: shop.staff.subject,
        scopes: shop.staff.scopes,
        shops: [{ id: shop.shopId, name: 'Lantern House' }],
        creator: null,
        serviceProvider: null,
      },
    })
    const host = await registerCreator(souk(), 'Mei')
    expect(await (await souk().as(host)).get('{ viewer { creator { id displayName } } }')).toEqual({
      viewer: { creator: { id: host.creatorId, displayName: 'Mei' } },
    })
    expect(await (await souk().as()).get('{ viewer { id } }')).toEqual({ viewer: null })
  })

  test('an offer that is not there is NOT_FOUND for the cart', async () => {
    const { errors } = await (
      await souk().as(shopper())
    ).ask(
      'mutation { cartItemAdd(input: { offerId: "nope", quantity: 1, origin: { entry: MALL } }) { __typename } }',
    )
    expect(errors?.map(({ message, extensions }) => [message, extensions?.code])).toEqual([
      ['There is no offer with the id "nope".', 'NOT_FOUND'],
    ])
  })
})
