/** The state machine of an assignment, its scopes, and how it is kept as a row. */
import { describe, expect, test } from 'vitest'
import { assignableScopes, readScopes } from './assignable-scopes.ts'
import type { ActiveAssignment, Proposal, ServiceAssignment } from './assignment.ts'
import { toAssignment, toRow } from './assignment-row.ts'
import {
  acceptAssignment,
  declineAssignment,
  endAssignment,
  transferAssignment,
} from './assignment-transitions.ts'

const at = new Date('2022-03-01T00:00:00Z')
const later = new Date('2022-04-01T00:00:00Z')
const consent = { userId: 'merchant', at: later }
const proposal: Proposal = {
  id: 'a',
  providerId: 'p',
  providerKind: 'DP_AGENCY',
  shopId: 's',
  scopes: ['shop:read'],
  state: 'PROPOSED',
  proposedBy: 'PROVIDER',
  proposedByUserId: 'agent',
  proposedAt: at,
}
const active: ActiveAssignment = {
  ...proposal,
  state: 'ACTIVE',
  consentedAt: at,
  consentedByUserId: 'merchant',
  activeFrom: at,
}
const assignments: Record<string, ServiceAssignment> = {
  PROPOSED: proposal,
  ACTIVE: active,
  DECLINED: { ...proposal, state: 'DECLINED', closedAt: at },
  WITHDRAWN: { ...proposal, state: 'ENDED', wasActive: false, closedAt: at },
  ENDED: { ...active, state: 'ENDED', wasActive: true, activeTo: later, closedAt: later },
}
const commands = {
  accept: (assignment: ServiceAssignment) => acceptAssignment(assignment, consent),
  decline: (assignment: ServiceAssignment) => declineAssignment(assignment, later),
  end: (assignment: ServiceAssignment) => endAssignment(assignment, later),
}

describe('an assignment', () => {
  test.each([
    ['PROPOSED', { accept: 'ACTIVE', decline: 'DECLINED', end: 'ENDED' }],
    ['ACTIVE', { accept: null, decline: null, end: 'ENDED' }],
    ['DECLINED', { accept: null, decline: null, end: null }],
    ['WITHDRAWN', { accept: null, decline: null, end: null }],
    ['ENDED', { accept: null, decline: null, end: null }],
  ] as const)('that is %s goes where its state allows and nowhere else', (from, expected) => {
    const assignment = assignments[from] as ServiceAssignment
    for (const [command, to] of Object.entries(expected)) {
      const outcome = commands[command as keyof typeof commands](assignment)
      expect(outcome.ok ? outcome.value.state : null, command).toBe(to)
    }
  })

  test.each(Object.keys(assignments))('that is %s comes back from its row as it was', (name) => {
    const assignment = assignments[name] as ServiceAssignment
    expect(toAssignment(toRow(assignment))).toEqual(assignment)
  })

  test('never ends before it began, whatever the clock says', () => {
    const begun = { ...active, activeFrom: later }
    expect(endAssignment(begun, at)).toMatchObject({ value: { activeTo: later, closedAt: later } })
  })

  test('that is handed over ends in the moment in which the other begins', () => {
    const outcome = transferAssignment({ active, proposal: { ...proposal, id: 'b' } }, consent)
    expect(outcome).toMatchObject({
      value: {
        ended: { state: 'ENDED', activeTo: later },
        started: { id: 'b', state: 'ACTIVE', activeFrom: later },
      },
    })
  })

  test('is handed over only from active to proposed', () => {
    for (const [name, assignment] of Object.entries(assignments)) {
      expect(transferAssignment({ active: assignment, proposal }, consent).ok).toBe(name === 'ACTIVE')
      expect(transferAssignment({ active, proposal: assignment }, consent).ok).toBe(name === 'PROPOSED')
    }
  })
})

describe('scopes of an assignment', () => {
  test('are some of the list, each once', () => {
    expect(readScopes([...assignableScopes])).toEqual(assignableScopes)
    for (const bad of [
      [],
      ['shop:read', 'shop:read'],
      ['platform:operate'],
      ['provider:write'],
      ['shop:read '],
      [''],
    ]) {
      expect(() => readScopes(bad), bad.join()).toThrow(
        /^"scopes" takes some of order:read, order:write, shop:read, shop:write/,
      )
    }
  })

  test('that are no longer on the list are no longer granted', () => {
    expect(toAssignment({ ...toRow(active), scopes: ['shop:read', 'creator:write'] }).scopes).toEqual([
      'shop:read',
    ])
  })
})
