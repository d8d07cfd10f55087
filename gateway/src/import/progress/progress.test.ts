/** How progress reads where there is no terminal. */
import { expect, test } from 'vitest'
import { plainProgress } from './progress.ts'

test('away from a terminal each step is one line, written when it is over', () => {
  const lines: string[] = []
  const progress = plainProgress((line) => lines.push(line.replace(/\d+ ms$/, 'N ms')))
  const step = progress.begin('orders', 10)
  step.advance(4)
  step.advance(6)
  expect(lines).toEqual([])
  progress.begin('cancellations', 2).advance(2)
  progress.end()
  progress.end()
  expect(lines).toEqual(['orders: 10 in N ms', 'cancellations: 2 in N ms'])
})
