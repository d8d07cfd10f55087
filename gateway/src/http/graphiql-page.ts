/** The page for browsers: GraphiQL from our own package, and in development a menu of ready tokens. It loads nothing from elsewhere. */
import { createHash } from 'node:crypto'
import type { ReadyToken } from '../keys/development-tokens.ts'
import { exampleTabs } from './example-tabs.ts'
import { pageScript } from './page-script.ts'
import { pageStyle } from './page-style.ts'

export type Page = { readonly html: string; readonly policy: string }

export async function graphiqlPage(tokens: readonly ReadyToken[]): Promise<Page> {
  page ??= await render(tokens)
  return page
}

// One gateway has one set of tokens, and the page is 9 MB: it is made once, when a browser first asks.
let page: Page | undefined

async function render(tokens: readonly ReadyToken[]): Promise<Page> {
  const graphiql = await import('@graphql-yoga/render-graphiql/graphiql')
  const { editorWorkerService, jsonWorker, graphqlWorker } = graphiql
  const settings = {
    people: tokens,
    tabs: exampleTabs.map(({ query, variables = null }) => ({ query, variables })),
    workers: { editorWorkerService, json: jsonWorker, graphql: graphqlWorker },
  }
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Souk</title>
<link rel="icon" href="${icon}">
<style>${graphiql.css}</style>
<style>${pageStyle}</style>
</head>
<body class="no-focus-outline">
<noscript>This page needs JavaScript. The graph itself answers POST requests at this address.</noscript>
${bar(tokens)}
<div id="root"></div>
<script type="application/json" id="souk-settings">${JSON.stringify(settings).replaceAll('<', '\\u003c')}</script>
<script>${graphiql.js}</script>
<script>${pageScript}</script>
</body>
</html>
`
  return { html, policy: policyFor([graphiql.js, pageScript]) }
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

function bar(tokens: readonly ReadyToken[]): string {
  if (tokens.length === 0) return '<div id="souk-bar"><b>Souk</b></div>'
  const options = tokens.map(({ label }) => `<option>${escapeHtml(label)}</option>`)
  return `<div id="souk-bar"><b>Souk</b><span id="souk-hint" role="status"></span><label>You are <select id="souk-viewer"><option value="">nobody: not signed in</option>${options.join('')}</select></label></div>`
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
