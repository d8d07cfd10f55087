/** The tabs that the page opens with: real queries over the demo data, each answered at the first click. */
import { demoId } from '../import/demo/demo-ids.ts'

export type ExampleTab = { readonly query: string; readonly variables?: string }

const json = (variables: object): string => JSON.stringify(variables, null, 2)

// Comments are short: the editor shows about 45 characters of a line beside its buttons.
export const exampleTabs: readonly ExampleTab[] = [
  {
    query: `# Rooms on air, from four subgraphs at once:
# content has the room, products the offers,
# creators the host and the commission,
# orders what was paid.
query LiveNow {
  liveRooms(filter: { status: LIVE }, first: 3) {
    nodes {
      title
      creator { displayName }
      shop { name }
      commerceSummary {
        itemCount
        itemsBySource { source count }
        paidAmount { amount currency }
        paidAmountBySource {
          source
          amount { amount }
        }
      }
      items(first: 3) {
        nodes {
          position
          source
          offer {
            id
            checkoutMode
            price { amount currency }
            product {
              title
              shop { name }
              affiliatePlan { rateBps }
            }
          }
        }
      }
    }
  }
}
`,
  },
  {
    query: `# The mall's search box. The affiliate plan is
# of creators, everything else of products.
query FindProducts($query: String!) {
  productSearch(query: $query, first: 5) {
    discoveryMode
    nodes {
      title
      shop { name }
      brand { name }
      category {
        name
        parent { name }
      }
      priceRange {
        min { amount currency }
        max { amount currency }
      }
      skus {
        code
        stock { available }
      }
      affiliatePlan { rateBps state }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
    variables: json({ query: 'watch' }),
  },
  {
    query: `# Choose Merchant in the menu above:
# only a shop's staff see its orders. Payment
# and commissions come with orders placed in
# the app, as the tab AddToCart does.
query ShopOrders($shopId: ID!) {
  shop(id: $shopId) {
    name
    discoveryShares { mode orders share }
    orders(first: 3) {
      nodes {
        number
        state
        total { amount currency }
        refundedTotal { amount }
        attribution { entry discoveryMode }
        lines { quantity title }
        payment { method state }
        shipments { carrier waybill state }
        afterSaleCases {
          number
          state
          amount { amount }
        }
        commissions(first: 3) {
          nodes {
            creator { displayName }
            rateBps
            estimated { amount currency }
            state
          }
        }
      }
    }
  }
}
`,
    variables: json({ shopId: demoId('shop', 'Aurora Beauty') }),
  },
  {
    query: `# Choose Shopper in the menu above. A mutation
# answers with what was done, or with why the
# business said no.
mutation AddToCart($input: CartItemAddInput!) {
  cartItemAdd(input: $input) {
    ... on CartItemAdded {
      cartItem {
        id
        quantity
        origin { entry discoveryMode }
        offer {
          price { amount currency }
          product { title }
        }
      }
    }
    ... on Refusal { code message }
  }
}

# Then quote it and pay. Put each into a tab of
# its own, with the id that the one before gave.
#
# mutation Quote {
#   checkoutCreate(input: {
#     cartItemIds: ["id of the cart item"]
#     idempotencyKey: "quote 1"
#   }) {
#     ... on CheckoutCreated {
#       checkout { id total { amount currency } }
#     }
#     ... on Refusal { code message }
#   }
# }
#
# mutation Buy {
#   checkoutComplete(input: {
#     checkoutId: "id of the checkout"
#     idempotencyKey: "purchase 1"
#     paymentMethod: ALIPAY
#     paymentToken: "sandbox-approve"
#     shippingAddress: {
#       recipient: "Lin Yue", phone: "13800000000"
#       country: "CN", region: "Zhejiang"
#       city: "Hangzhou", street: "1 Lake Road"
#     }
#   }) {
#     ... on CheckoutCompleted {
#       order { number state payment { state } }
#     }
#     ... on Refusal { code message }
#   }
# }
`,
    variables: json({
      input: {
        offerId: demoId('offer', '1 PLATFORM_SHOP'),
        quantity: 1,
        origin: { entry: 'LIVE_ROOM', contentId: demoId('live room', 'mixed') },
      },
    }),
  },
]
