/** Every refusal code of this subgraph, with what it means and what the caller does about it. Errors are the shared ones. */
export const creatorsRefusalCodes = {
  RATE_TOO_HIGH: { meaning: 'The rate is above 90 %.', remedy: 'Choose at most rateBpsMax.' },
  PRODUCT_NOT_LISTED: { meaning: 'The product is not on sale.', remedy: 'List it first.' },
  PLAN_EXISTS: {
    meaning: 'The product has an ordinary plan that has not ended.',
    remedy: 'Change its rate, or end it first.',
  },
  PLAN_ENDED: { meaning: 'The end of the plan is decided.', remedy: 'Open a new plan after endsAt.' },
  PERMISSION_REQUIRED: { meaning: 'The creator lacks a permission.', remedy: 'Ask an operator to grant it.' },
  PRODUCT_NOT_ENROLLED: {
    meaning: 'The product has no plan in force.',
    remedy: 'Choose a product of the selection pool.',
  },
  CREATOR_EXISTS: {
    meaning: 'The viewer is a creator already.',
    remedy: 'Use the creator that is returned.',
  },
} as const

export type CreatorsRefusalCode = keyof typeof creatorsRefusalCodes
