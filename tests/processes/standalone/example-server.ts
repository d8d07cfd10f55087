/** What starting an example subgraph returns: where it is, and how to stop it. */
export type ExampleServer = {
  readonly name: string
  readonly url: string
  readonly close: () => Promise<void>
}
