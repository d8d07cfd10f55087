/** Fields of commissions and their ledger, and the commissions that Order gets. */
import { type MinorUnits, money } from '@souk/contracts'
import {
  type Connection,
  type ConnectionArguments,
  connectionOf,
  readIdCursor,
  readPage,
  type Resolvers,
} from '@souk/kit'
import type { Commission, CommissionEntry } from '../commissions/commission.ts'
import { explainCommission } from '../commissions/explain-commission.ts'
import { loadCreator, loadPlan } from '../entities.ts'
import type { CreatorsContext, CreatorsModules } from '../modules.ts'
import { commissionAudience, isVisibleTo } from '../viewer-rules.ts'
import { childPage } from './child-page.ts'

type EntryWithCurrency = CommissionEntry & { readonly currency: string }

export const commissionResolvers: Resolvers<CreatorsModules> = {
  Commission: {
    order: (commission: Commission) => ({ id: commission.orderId }),
    product: (commission: Commission) => ({ id: commission.productId }),
    shop: (commission: Commission) => ({ id: commission.shopId }),
    creator: (commission: Commission, _args: object, context) => loadCreator(context, commission.creatorId),
    plan: (commission: Commission, _args: object, context) => loadPlan(context, commission.planId),
    base: ({ base, currency }: Commission) => money(base, currency),
    estimated: ({ estimated, currency }: Commission) => money(estimated, currency),
    explanation: (commission: Commission) => explainCommission(commission),
    entries: (commission: Commission, args: ConnectionArguments, context) =>
      loadEntries(commission, args, context),
  },
  CommissionEntry: {
    base: (entry: EntryWithCurrency) => amountOf(entry, entry.base),
    estimated: (entry: EntryWithCurrency) => amountOf(entry, entry.estimated),
  },
  Order: {
    commissions: ({ id }: { id: string }, args: ConnectionArguments, context) =>
      loadCommissionsOfOrder(id, args, context),
  },
}

const amountOf = ({ currency }: EntryWithCurrency, amount: MinorUnits) => money(amount, currency)

function loadEntries(
  commission: Commission,
  args: ConnectionArguments,
  context: CreatorsContext,
): Promise<Connection<EntryWithCurrency>> {
  const { currency } = commission
  return childPage(context, {
    // Entries have their commission's currency, so those of one batch share it.
    name: `entries of commissions in ${currency}`,
    parentId: commission.id,
    page: readPage(args, readIdCursor),
    load: async (commissionIds, page) => {
      const pages = await context.modules.commissions.entryPages(commissionIds, page)
      return new Map(
        [...pages].map(([id, entries]) => [id, entries.map((entry) => ({ ...entry, currency }))]),
      )
    },
    cursorOf: (entry) => [entry.id],
  })
}

/** Pages in memory: an order has at most as many commissions as lines, and the batch has loaded them for all orders asked for. */
async function loadCommissionsOfOrder(
  orderId: string,
  args: ConnectionArguments,
  context: CreatorsContext,
): Promise<Connection<Commission>> {
  const page = readPage(args, readIdCursor)
  const { modules, loaders } = context
  const [audience, all] = await Promise.all([
    commissionAudience(context),
    loaders.load('commissions of orders', orderId, (orderIds) => modules.commissions.byOrders(orderIds)),
  ])
  const { after } = page
  const rows = (all ?? []).filter(
    (each) => isVisibleTo(audience, each) && (after === null || each.id < after),
  )
  return connectionOf(rows.slice(0, page.limit + 1), page, (each) => [each.id])
}
