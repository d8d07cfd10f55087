/** Says in a sentence why a commission is what it is, from the facts that were stored with it. */
import type { Commission, RateSource } from './commission.ts'

export type CommissionExplanation = {
  readonly text: string
  readonly rateSource: RateSource
  readonly planRateVersion: number
  readonly attributionType: 'DIRECT'
}

export function explainCommission(commission: Commission): CommissionExplanation {
  const { rateSource, rateVersion } = commission
  return {
    text: `The buyer took the product directly from the creator. ${describeRate(commission)}`,
    rateSource,
    planRateVersion: rateVersion,
    attributionType: 'DIRECT',
  }
}

function describeRate({
  rateBps,
  rateVersion,
  rateSource,
  planId,
  showcaseItemId,
  paidAt,
}: Commission): string {
  const version = `version ${rateVersion} of the rate of plan ${planId}`
  switch (rateSource) {
    case 'SHOWCASE_LOCK':
      return `The rate of ${percent(rateBps)} was locked when the creator added the product to the showcase (item ${showcaseItemId}): ${version}.`
    case 'PLAN_RATE':
      return `The rate of ${percent(rateBps)} was in force when the order was paid at ${paidAt.toISOString()}: ${version}.`
  }
}

/** 2050 is "20.5 %". */
function percent(rateBps: number): string {
  const fraction = String(rateBps % 100)
    .padStart(2, '0')
    .replace(/0+$/, '')
  return `${Math.trunc(rateBps / 100)}${fraction === '' ? '' : `.${fraction}`} %`
}
