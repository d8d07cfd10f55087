/** Fields of affiliate plans, of the selection pool's products, and the plan that Product gets. */
import { type ConnectionArguments, readPage, type Resolvers } from '@souk/kit'
import { loadPlan } from '../entities.ts'
import type { CreatorsModules } from '../modules.ts'
import { type AffiliatePlan, hasEnded, type PlanKind } from '../plans/plan.ts'
import type { AffiliateProduct } from '../selection-pool/affiliate-product.ts'
import { childPage } from './child-page.ts'

const typeNames: Readonly<Record<PlanKind, string>> = { ORDINARY: 'OrdinaryPlan' }

const readVersionCursor = ([version]: readonly unknown[]): number | undefined =>
  Number.isInteger(version) && Math.abs(Number(version)) < 2 ** 31 ? Number(version) : undefined

export const planResolvers: Resolvers<CreatorsModules> = {
  AffiliatePlan: {
    __resolveType: (plan: AffiliatePlan) => typeNames[plan.kind],
  },
  OrdinaryPlan: {
    product: (plan: AffiliatePlan) => ({ id: plan.productId }),
    shop: (plan: AffiliatePlan) => ({ id: plan.shopId }),
    rateBps: (plan: AffiliatePlan) => plan.rate.rateBps,
    rateVersion: (plan: AffiliatePlan) => plan.rate.version,
    state: (plan: AffiliatePlan, _args: object, { clock }) =>
      hasEnded(plan, clock.now()) ? 'ENDED' : 'ACTIVE',
    rates: (plan: AffiliatePlan, args: ConnectionArguments, context) =>
      childPage(context, {
        name: 'rates of plans',
        parentId: plan.id,
        page: readPage(args, readVersionCursor),
        load: context.modules.plans.ratePages,
        cursorOf: (rate) => [rate.version],
      }),
  },
  AffiliateProduct: {
    product: (row: AffiliateProduct) => ({ id: row.productId }),
    plan: (row: AffiliateProduct, _args: object, context) => loadPlan(context, row.planId),
  },
  Product: {
    affiliatePlan: ({ id }: { id: string }, _args: object, { loaders, modules, clock }) =>
      loaders.load('open plans of products', id, (productIds) =>
        modules.plans.openByProducts(productIds, clock.now()),
      ),
  },
}
