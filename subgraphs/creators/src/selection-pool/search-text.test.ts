/** How titles and queries are cut into words where there are no spaces. */
import { expect, test } from 'vitest'
import { indexedText, queryText } from './search-text.ts'

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

test('a Chinese run is indexed as its characters and its pairs, the rest as it is', () => {
  expect(words(indexedText('Mi 保温杯 500ml'))).toEqual(['Mi', '保', '温', '杯', '保温', '温杯', '500ml'])
})

test('a Chinese run in a query becomes a phrase of pairs, a single character itself', () => {
  expect(words(queryText('red 保温杯'))).toEqual(['red', '"保温', '温杯"'])
  expect(words(queryText('杯'))).toEqual(['"杯"'])
  expect(words(queryText('-保温'))).toEqual(['-"保温"'])
})

test('a Chinese run in quotes stays within them', () => {
  expect(words(queryText('"保温杯" mug'))).toEqual(['"', '保温', '温杯', '"', 'mug'])
})

test('a character outside the first plane counts as one', () => {
  expect(words(indexedText('𠮷野家'))).toEqual(['𠮷', '野', '家', '𠮷野', '野家'])
})
