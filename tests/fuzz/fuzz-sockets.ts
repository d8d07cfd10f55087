/** A WebSocket on which anything comes in any order: frames that are wrong, messages out of turn, ids that are used again. */
import fc from 'fast-check'
import { anyCase } from './fuzz-documents.ts'
import { type Bench, type Campaign, caseMsMax } from './fuzz-bench.ts'
import { checkAnswer, checkErrors, checkShape } from './oracles.ts'
import { openRawSocket, type RawSocket, type ReadFrame, writeFrame } from './socket-frames.ts'
import { jsonText, mutate, mutations } from './weird-values.ts'

const ids = ['1', '2', '__proto__', 'x'.repeat(300), '']
const payloads = [
  '{"query":"{ product(id: 1) { id mean } }"}',
  '{"query":"subscription { changed { id mean } }"}',
  '{"query":"subscription { reviewed { stars product { name } } }"}',
  '{"query":"subscription { ticks }"}',
  '{"query":"mutation { add(input: {}) { id } }"}',
  '{"query":"{ nothing }"}',
  '{"query":1}',
  '{}',
  '[]',
  'null',
]

const message = fc.oneof(
  { arbitrary: fc.constant('{"type":"connection_init"}'), weight: 1 },
  {
    arbitrary: fc
      .constantFrom('ping', 'pong', 'connection_init', 'connection_ack', 'x')
      .map((type) => `{"type":"${type}"}`),
    weight: 1,
  },
  { arbitrary: jsonText.map((payload) => `{"type":"ping","payload":${payload}}`), weight: 1 },
  {
    arbitrary: jsonText.map(
      (payload) => `{"type":"connection_init","payload":{"authorization":${payload},"headers":${payload}}}`,
    ),
    weight: 1,
  },
  {
    arbitrary: fc
      .tuple(
        fc.constantFrom(...ids),
        fc.oneof({ arbitrary: fc.constantFrom(...payloads), weight: 5 }, { arbitrary: jsonText, weight: 1 }),
      )
      .map(([id, payload]) => `{"type":"subscribe","id":"${id}","payload":${payload}}`),
    weight: 8,
  },
  { arbitrary: fc.constantFrom(...ids).map((id) => `{"type":"complete","id":"${id}"}`), weight: 5 },
  { arbitrary: jsonText, weight: 1 },
)

const frame = fc.oneof(
  { arbitrary: message.map((text) => writeFrame({ opcode: 1, payload: Buffer.from(text) })), weight: 20 },
  // In pieces, with a sign of life between them.
  {
    arbitrary: message.map((text) => {
      const bytes = Buffer.from(text)
      const half = Math.floor(bytes.length / 2)
      return Buffer.concat([
        writeFrame({ opcode: 1, payload: bytes.subarray(0, half), isLast: false }),
        writeFrame({ opcode: 9, payload: Buffer.from('x') }),
        writeFrame({ opcode: 0, payload: bytes.subarray(half) }),
      ])
    }),
    weight: 4,
  },
  {
    arbitrary: fc
      .tuple(message, mutations)
      .map(([text, changes]) => writeFrame({ opcode: 1, payload: mutate(text, changes) })),
    weight: 2,
  },
  {
    arbitrary: fc
      .record({
        opcode: fc.nat(15),
        isLast: fc.boolean(),
        isMasked: fc.boolean(),
        reserved: fc.constantFrom(0, 0, 0, 1, 4, 7),
        payload: fc.uint8Array({ maxLength: 200 }).map((some) => Buffer.from(some)),
        length: fc.constantFrom(undefined, undefined, 0, 125, 126, 65_536, 2 ** 40),
      })
      .map(writeFrame),
    weight: 1,
  },
  { arbitrary: fc.uint8Array({ maxLength: 30 }).map((some) => Buffer.from(some)), weight: 1 },
  // Thousands at once.
  {
    arbitrary: fc
      .tuple(fc.constantFrom(50, 400), fc.boolean(), fc.constantFrom(...payloads))
      .map(([times, isEnded, payload]) =>
        Buffer.concat(
          Array.from({ length: times }, (_none, at) => [
            writeFrame({
              opcode: 1,
              payload: Buffer.from(`{"type":"subscribe","id":"b${at}","payload":${payload}}`),
            }),
            ...(isEnded
              ? [writeFrame({ opcode: 1, payload: Buffer.from(`{"type":"complete","id":"b${at}"}`) })]
              : []),
          ]).flat(),
        ),
      ),
    weight: 1,
  },
)

const init = writeFrame({ opcode: 1, payload: Buffer.from('{"type":"connection_init"}') })
const lastPing = writeFrame({ opcode: 1, payload: Buffer.from('{"type":"ping","payload":{"last":true}}') })
const closeFrame = writeFrame({ opcode: 8, payload: Buffer.from([3, 232]) })

export const socketsCampaign: Campaign = {
  name: 'WebSocket frames',
  percent: 12,
  property: ({ graph }: Bench) =>
    anyCase(
      fc.record({
        frames: fc.array(frame, { maxLength: 12 }),
        isReady: fc.constantFrom(true, true, true, false),
        ending: fc.constantFrom('ping', 'close', 'destroy'),
      }),
      async ({ frames, isReady, ending }) => {
        const socket = await openRawSocket(graph.port, caseMsMax)
        try {
          if (isReady) {
            socket.write(init)
            await socket.until(isText)
          }
          for (const one of frames) socket.write(one)
          await end(socket, ending)
          for (const one of socket.frames) checkFrame(one)
        } finally {
          socket.destroy()
          await socket.closed
        }
      },
    ),
}

// Whatever came before, it is heard, or the connection was closed for it: a frame that never ends runs into the time for a first
// message, or into that for a sign of life.
async function end(socket: RawSocket, ending: string): Promise<void> {
  if (ending === 'destroy') return
  if (ending === 'close') {
    socket.write(closeFrame)
    return await socket.until(({ opcode }) => opcode === 8)
  }
  socket.write(lastPing)
  await socket.until(({ opcode, payload }) => opcode === 8 || payload.includes('"last":true'))
}

const isText = ({ opcode }: ReadFrame): boolean => opcode === 1

function checkFrame({ opcode, payload }: ReadFrame): void {
  const text = payload.toString('utf8')
  checkAnswer(opcode === 8 ? payload.subarray(2).toString() : text, { isGraphQL: false })
  if (opcode !== 1) return
  const came = JSON.parse(text) as { type: string; payload: unknown }
  if (came.type === 'next') checkShape(came.payload)
  if (came.type === 'error') checkErrors(came.payload)
  if (!known.has(came.type)) throw new Error(`An unknown message was sent: ${text}`)
  const fault = ['GW_INTERNAL', 'GW_PLAN_FAILED', 'GW_SUBGRAPH_ANSWER_INVALID'].find((code) =>
    text.includes(code),
  )
  if (fault !== undefined) throw new Error(text)
}

const known: ReadonlySet<string> = new Set(['connection_ack', 'ping', 'pong', 'next', 'error', 'complete'])
