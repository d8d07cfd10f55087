/** The tabs that the page opens with: real queries over the demo data, each answered at the first click. */
import { demoId } from '../import/demo/demo-ids.ts'
import { retailShop } from '../import/retail/retail-shop.ts'

export type ExampleTab = { readonly query: string; readonly variables?: string }

export const exampleTabs: readonly ExampleTab[] = [
  {
    query: `# Rooms that are on air, across four subgraphs: content has the room, products the offers,
# creators the host and the commission, orders what was paid.
query LiveNow {
  liveRooms(filter: { status: LIVE }, first: 2) {
    nodes {
      title
      creator { displayName }
      items(first: 3) {
        nodes {
          position
          source
          offer {
            id
            checkoutMode
            price { amount currency }
            product { title shop { name } affiliatePlan { rateBps } }
          }
        }
      }
      commerceSummary {
        itemCount
        itemsBySource { source count }
        paidAmount { amount currency }
      }
    }
  }
}
`,
  },
  {
    query: `# The mall's search box.
query FindProducts($query: String!) {
  productSearch(query: $query, sort: RELEVANCE, first: 5) {
    discoveryMode
    nodes {
      title
      brand { name }
      category { name parent { name } }
      shop { name }
      priceRange { min { amount currency } max { amount currency } }
      skus { code stock { available } }
      affiliatePlan { rateBps }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
    variables: JSON.stringify({ query: 'phone' }, null, 2),
  },
  {
    query: `# Choose Merchant in the menu above: only a shop's staff see its orders.
query ShopOrders($shopId: ID!) {
  shop(id: $shopId) {
    name
    orders(first: 3) {
      nodes {
        number
        state
        total { amount currency }
        refundedTotal { amount }
        buyer { country }
        lines { quantity title amount { amount } }
        afterSaleCases { number state amount { amount } }
      }
    }
  }
}
`,
    variables: JSON.stringify({ shopId: retailShop.id }, null, 2),
  },
  {
    query: `# Choose Shopper in the menu above. A mutation returns what was done, or why the business said no.
mutation AddToCart($input: CartItemAddInput!) {
  cartItemAdd(input: $input) {
    ... on CartItemAdded {
      cartItem { id quantity origin { entry discoveryMode } offer { price { amount currency } product { title } } }
    }
    ... on Refusal { code message }
  }
}

# Then quote it with the id of the cart item, and pay:
# mutation { checkoutCreate(input: { cartItemIds: ["…"], idempotencyKey: "quote-1" }) { … on CheckoutCreated { checkout { id } } } }
`,
    variables: JSON.stringify(
      {
        input: {
          offerId: demoId('offer', '1 PLATFORM_SHOP'),
          quantity: 1,
          origin: { entry: 'LIVE_ROOM', contentId: demoId('live room', 'mixed') },
        },
      },
      null,
      2,
    ),
  },
]
