/** The refusals of this subgraph as the schema shows them: members of the mutations' result unions. */
import type { Refusal } from '@souk/kit'
import { creatorsLimits } from './config.ts'
import type { CreatorsRefusalCode } from './errors.ts'
import type { Creator } from './creators/creator.ts'
import type { AffiliatePlan } from './plans/plan.ts'

const refusal = <Name extends string, Details extends object>(
  as: { readonly __typename: Name; readonly code: CreatorsRefusalCode; readonly message: string },
  details: Details,
): Refusal<Name> & Details => ({ ...as, ...details })

export const rateTooHigh = (rateBps: number) =>
  refusal(
    {
      __typename: 'AffiliateRateTooHigh',
      code: 'RATE_TOO_HIGH',
      message: `A rate is at most ${creatorsLimits.rateBpsMax} basis points; ${rateBps} is more.`,
    },
    { rateBpsMax: creatorsLimits.rateBpsMax },
  )

export const productNotListed = (productId: string) =>
  refusal(
    {
      __typename: 'AffiliateProductNotListed',
      code: 'PRODUCT_NOT_LISTED',
      message: 'The product is not on sale, so it can not be promoted.',
    },
    { product: { id: productId } },
  )

export const planExists = (affiliatePlan: AffiliatePlan) =>
  refusal(
    {
      __typename: 'AffiliatePlanExists',
      code: 'PLAN_EXISTS',
      message: 'The product has an ordinary plan that has not ended.',
    },
    { affiliatePlan },
  )

export const planHasEnded = (endsAt: Date) =>
  refusal(
    {
      __typename: 'AffiliatePlanHasEnded',
      code: 'PLAN_ENDED',
      message: 'The end of the plan is decided, so its rate can not change any more.',
    },
    { endsAt },
  )

export const permissionRequired = (permission: 'SHOWCASE' | 'LIVE_SELLING') =>
  refusal(
    {
      __typename: 'CreatorPermissionRequired',
      code: 'PERMISSION_REQUIRED',
      message: 'The creator lacks a permission that operators grant.',
    },
    { permission },
  )

export const productNotEnrolled = (productId: string) =>
  refusal(
    {
      __typename: 'ShowcaseProductNotEnrolled',
      code: 'PRODUCT_NOT_ENROLLED',
      message: 'The product has no affiliate plan in force.',
    },
    { product: { id: productId } },
  )

export const creatorAlreadyRegistered = (creator: Creator) =>
  refusal(
    { __typename: 'CreatorAlreadyRegistered', code: 'CREATOR_EXISTS', message: 'You are a creator already.' },
    { creator },
  )
