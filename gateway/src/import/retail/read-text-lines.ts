/** The physical lines of a text file, plain or gzip, decoded as UTF-8 without its byte order mark. */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { importLimits } from '../config.ts'
import { importError } from '../errors.ts'

/** `text` is cut off where the line is longer than allowed; `isCut` says so. */
export type TextLine = { readonly text: string; readonly isCut: boolean }

export async function* readTextLines(
  file: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly TextLine[]> {
  const splitter = lineSplitter()
  const decoder = new TextDecoder('utf-8')
  let bytes = 0
  for await (const chunk of openBytes(file, signal)) {
    bytes += chunk.length
    if (bytes > importLimits.fileBytesMax) {
      throw importError(
        'IMPORT_FILE_TOO_LARGE',
        `${file} has more than ${importLimits.fileBytesMax} bytes of text.`,
      )
    }
    yield splitter.push(decoder.decode(chunk, { stream: true }))
  }
  yield splitter.push(decoder.decode())
  yield splitter.end()
}

async function* openBytes(file: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const isGzip = await startsLikeGzip(file)
  const source = createReadStream(file, signal ? { signal } : {})
  const bytes = isGzip ? pipeline(source, createGunzip(), () => undefined) : source
  try {
    for await (const chunk of bytes) yield chunk as Buffer
  } catch (cause) {
    signal?.throwIfAborted()
    if (isGzip)
      throw importError(
        'IMPORT_FILE_DAMAGED',
        `${file} is damaged or ends too early: ${reasonOf(cause)}.`,
        cause,
      )
    throw importError('IMPORT_FILE_NOT_READABLE', `${file} can't be read: ${reasonOf(cause)}.`, cause)
  }
}

async function startsLikeGzip(file: string): Promise<boolean> {
  const start = await readStart(file)
  if (start.length === 0) throw importError('IMPORT_FILE_EMPTY', `${file} is empty.`)
  const isGzip = start[0] === 0x1f && start[1] === 0x8b
  if (!isGzip && file.endsWith('.gz')) {
    throw importError('IMPORT_FILE_DAMAGED', `${file} is named .gz, but is not compressed with gzip.`)
  }
  return isGzip
}

async function readStart(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return buffer.subarray(0, bytesRead)
  } catch (cause) {
    throw importError('IMPORT_FILE_NOT_READABLE', `${file} can't be read: ${reasonOf(cause)}.`, cause)
  }
}

const reasonOf = (cause: unknown): string => {
  const { code, message } = cause as { code?: string; message: string }
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
    Z_BUF_ERROR: 'the compressed data stops in the middle',
  }
  return known[code ?? ''] ?? message
}

function lineSplitter() {
  let rest = ''
  let isCut = false
  const take = (part: string): void => {
    rest += part
    if (rest.length <= importLimits.lineCharactersMax) return
    rest = rest.slice(0, importLimits.lineCharactersMax)
    isCut = true
  }
  const give = (): TextLine => {
    const line = { text: rest.endsWith('\r') ? rest.slice(0, -1) : rest, isCut }
    rest = ''
    isCut = false
    return line
  }
  return {
    push(text: string): readonly TextLine[] {
      const lines: TextLine[] = []
      let from = 0
      for (let to = text.indexOf('\n'); to !== -1; to = text.indexOf('\n', from)) {
        take(text.slice(from, to))
        lines.push(give())
        from = to + 1
      }
      take(text.slice(from))
      return lines
    },
    end: (): readonly TextLine[] => (rest === '' ? [] : [give()]),
  }
}
