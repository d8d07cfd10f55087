/** The page for browsers: GraphiQL from our own package, and in development a menu of ready tokens. It loads nothing from elsewhere. */
import { createHash } from 'node:crypto'
import { type GraphQLSchema, parse, validate } from 'graphql'
import type { ReadyToken } from '../keys/development-tokens.ts'
import { exampleTabs } from './example-tabs.ts'
import { pageScript } from './page-script.ts'
import { pageStyle } from './page-style.ts'
import { planButton, planPanel, planPanelScript, planPanelStyle } from './plan-panel.ts'

export type Page = { readonly html: string; readonly policy: string }

export type PageOptions = {
  readonly schema: GraphQLSchema
  /** People to choose from, in development. */
  readonly tokens: readonly ReadyToken[]
  /** Whether the gateway tells its plans to those who ask. */
  readonly showsPlans: boolean
}

/** The page is 9 MB: a gateway makes its own once, when a browser first asks. */
export function graphiqlPage(options: PageOptions): () => Promise<Page> {
  let page: Promise<Page> | undefined
  return () => (page ??= render(options))
}

async function render({ schema, tokens, showsPlans }: PageOptions): Promise<Page> {
  const graphiql = await import('@graphql-yoga/render-graphiql/graphiql')
  const { editorWorkerService, jsonWorker, graphqlWorker } = graphiql
  const settings = {
    people: tokens,
    tabs: exampleTabs
      // The examples are of Souk's graph. In front of another one GraphiQL's own greeting is better.
      .filter(({ query }) => validate(schema, parse(query)).length === 0)
      .map(({ query, variables = null }) => ({ query, variables })),
    showsPlans,
    workers: { editorWorkerService, json: jsonWorker, graphql: graphqlWorker },
  }
  const scripts = [graphiql.js, ...(showsPlans ? [planPanelScript] : []), pageScript]
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Souk</title>
<link rel="icon" href="${icon}">
<style>${graphiql.css}</style>
<style>${pageStyle}${showsPlans ? planPanelStyle : ''}</style>
</head>
<body class="no-focus-outline">
<noscript>This page needs JavaScript. The graph itself answers POST requests at this address.</noscript>
${bar(tokens, showsPlans)}
<div id="root"></div>
${showsPlans ? planPanel : ''}
<script type="application/json" id="souk-settings">${JSON.stringify(settings).replaceAll('<', '\\u003c')}</script>
${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`
  return { html, policy: policyFor(scripts) }
}

/**
 * Whatever the page's code would do, the browser runs these scripts alone and lets them talk to this origin alone. Workers are made
 * from the page's own text; the editor writes its colours as inline styles, which can't be known beforehand.
 */
const policyFor = (scripts: readonly string[]): string =>
  [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'font-src data:',
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

const hashOf = (script: string): string => `'sha256-${createHash('sha256').update(script).digest('base64')}'`

// An awning over a counter.
const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#d60590" d="M2 1h12l2 5a2 2 0 0 1-4 0 2 2 0 0 1-4 0 2 2 0 0 1-4 0 2 2 0 0 1-4 0z"/><path fill="#3b4b68" d="M2 9h12v6H2z"/></svg>',
)}`

function bar(tokens: readonly ReadyToken[], showsPlans: boolean): string {
  const plan = showsPlans ? planButton : ''
  if (tokens.length === 0) return `<div id="souk-bar"><b>Souk</b><span id="souk-hint"></span>${plan}</div>`
  const options = tokens.map(({ label }) => `<option>${escapeHtml(label)}</option>`)
  return `<div id="souk-bar"><b>Souk</b><span id="souk-hint" role="status"></span><label>You are <select id="souk-viewer"><option value="">nobody: not signed in</option>${options.join('')}</select></label>${plan}</div>`
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
