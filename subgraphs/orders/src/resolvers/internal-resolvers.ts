/** Root fields that only services of the platform may use; the chassis refuses them to everybody else. */
import type { Resolvers } from '@souk/kit'
import { importAfterSales, importOrders } from '../import/import-orders.ts'
import type { CaseToImport, OrderToImport } from '../import/imported.ts'
import type { OrdersModules } from '../modules.ts'

export const internalQueries: Resolvers<OrdersModules>[string] = {
  _internalRefundableLines: (_root: unknown, { buyerIds }: { buyerIds: readonly string[] }, { modules }) =>
    modules.imports.refundableLines(buyerIds),
  _internalImportedRefunds: (_root: unknown, { buyerIds }: { buyerIds: readonly string[] }, { modules }) =>
    modules.imports.importedRefunds(buyerIds),
  _internalImportedOrders: (_root: unknown, { orderIds }: { orderIds: readonly string[] }, { modules }) =>
    modules.imports.importedOrders(orderIds),
  _internalImportTotals: (_root: unknown, { importId }: { importId: string }, { modules }) =>
    modules.imports.totals(importId),
}

export const internalMutations: Resolvers<OrdersModules>[string] = {
  _internalOrdersImport: (
    _root: unknown,
    { importId, orders }: { importId: string; orders: readonly OrderToImport[] },
    { modules },
  ) => importOrders(modules.imports, importId, orders),
  _internalAfterSalesImport: (
    _root: unknown,
    { importId, cases }: { importId: string; cases: readonly CaseToImport[] },
    { modules, clock },
  ) => importAfterSales({ store: modules.imports, clock }, importId, cases),
}
