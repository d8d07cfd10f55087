/** The five subgraphs: their names on the graph, in logs and on the command line. */
export const subgraphNames = ['products', 'content', 'creators', 'orders', 'service-providers'] as const

export type SubgraphName = (typeof subgraphNames)[number]
