/** Registering, listing and importing providers, on a real PostgreSQL. */
import { serviceProvidersImport } from '@souk/contracts'
import { describe, expect, test } from 'vitest'
import {
  assignmentsOf,
  operator,
  providers,
  register,
  run,
  service,
  shopsOf,
  stranger,
  useProviders,
} from '../testing/use-providers.ts'

useProviders()

describe('registering', () => {
  test('a name is taken once per kind, and only operators register', async () => {
    const input = { name: '  Star Agency ', kind: 'DP_AGENCY' }
    const first = await run(operator, 'serviceProviderRegister', input)
    expect(first).toMatchObject({
      __typename: 'ServiceProviderRegistered',
      serviceProvider: { name: 'Star Agency' },
    })
    expect(await run(operator, 'serviceProviderRegister', input)).toMatchObject({
      code: 'SERVICE_PROVIDER_NAME_TAKEN',
      serviceProvider: first.serviceProvider,
    })
    expect(await run(operator, 'serviceProviderRegister', { ...input, kind: 'ISV' })).toMatchObject({
      __typename: 'ServiceProviderRegistered',
    })
    await expect(run(stranger, 'serviceProviderRegister', input)).rejects.toThrow(/^FORBIDDEN/)
    await expect(run(operator, 'serviceProviderRegister', { ...input, name: ' ' })).rejects.toThrow(
      /^BAD_INPUT: "name"/,
    )
  })

  test('providers are listed by kind, the newest first', async () => {
    const ids = [await register('AD_AGENCY'), await register('AD_AGENCY')]
    const { data } = await providers.ask(
      stranger,
      '{ serviceProviders(filter: { kind: AD_AGENCY }, first: 2) { nodes { id kind } } }',
    )
    expect(data).toEqual({
      serviceProviders: { nodes: ids.reverse().map((id) => ({ id, kind: 'AD_AGENCY' })) },
    })
  })
})

describe('the import', () => {
  const rows = {
    providers: [
      { id: 'p1', name: 'Imported', kind: 'DP_AGENCY' },
      { id: 'p2', name: 'Imported too', kind: 'DP_AGENCY' },
    ],
    assignments: [
      {
        id: 'a1',
        providerId: 'p1',
        shopId: 'shop-imported',
        scopes: ['shop:read'],
        from: '2010-12-01T00:00:00Z',
      },
    ],
  }
  const send = (serviceProviders: object) =>
    providers.ask(service, serviceProvidersImport.document, { serviceProviders })

  test('inserts what is new, once', async () => {
    expect((await send(rows)).data).toEqual({ _internalServiceProvidersImport: 3 })
    expect((await send(rows)).data).toEqual({ _internalServiceProvidersImport: 0 })
    expect(await shopsOf('p1')).toEqual(['shop-imported'])
    expect(await assignmentsOf(operator, 'shop-imported')).toMatchObject([
      { state: 'ACTIVE', from: '2010-12-01T00:00:00.000Z', proposedBy: 'PLATFORM' },
    ])
  })

  test('is refused as a whole if a row can not be kept', async () => {
    await send(rows)
    const [assignment] = rows.assignments
    const bad = [
      {
        providers: [{ id: 'p3', name: 'Three', kind: 'ISV' }],
        assignments: [{ ...assignment, id: 'a2', providerId: 'p2' }],
      },
      {
        providers: [{ id: 'p3', name: 'Three', kind: 'ISV' }],
        assignments: [{ ...assignment, id: 'a2', providerId: 'nobody', shopId: 'x' }],
      },
      { providers: [{ id: 'p3', name: 'Imported', kind: 'DP_AGENCY' }], assignments: [] },
      {
        providers: [{ id: 'p3', name: 'Three', kind: 'ISV' }],
        assignments: [{ ...assignment, id: 'a2', scopes: ['platform:operate'] }],
      },
    ]
    for (const each of bad) expect((await send(each)).codes).toEqual(['BAD_INPUT'])
    expect((await providers.ask(operator, '{ serviceProvider(id: "p3") { id } }')).data).toEqual({
      serviceProvider: null,
    })
  })

  test('is for services only', async () => {
    expect(
      (await providers.ask(operator, serviceProvidersImport.document, { serviceProviders: rows })).codes,
    ).toEqual(['FORBIDDEN'])
  })
})
