/** The page for browsers: GraphiQL from our own package, and in development a menu of ready tokens. It loads nothing from elsewhere. */
import type { ReadyToken } from '../keys/development-tokens.ts'

export async function graphiqlPage(tokens: readonly ReadyToken[]): Promise<string> {
  page ??= await render(tokens)
  return page
}

// One gateway has one set of tokens, and the page is 9 MB: it is made once, when a browser first asks.
let page: string | undefined

async function render(tokens: readonly ReadyToken[]): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  const html = renderGraphiQL({
    title: 'Souk',
    endpoint: '/graphql',
    defaultQuery: exampleQueries.join('\n'),
    shouldPersistHeaders: false,
  })
  // A function as the replacement: the text has `$&` and its like, which a string would interpret.
  return html.replace(
    '<div id="root"></div>',
    () => `${style}${bar(tokens)}<div id="root"></div>${script(tokens)}`,
  )
}

const exampleQueries = [
  '# Souk: one graph over products, content, creators, orders and service providers.',
  '# Choose who you are in the menu above; the page then sends that token.',
  '# Docs, and every type, are behind the book on the left.',
  '',
  'query WhatIsHere {',
  '  __schema {',
  '    queryType { fields { name description } }',
  '    mutationType { fields { name description } }',
  '  }',
  '}',
]

const style = `<style>
#souk-bar { position: fixed; inset: 0 0 auto 0; height: 34px; display: flex; gap: 10px; align-items: center; padding: 0 12px;
  font: 13px system-ui, sans-serif; background: #20242c; color: #fff; z-index: 10; }
#souk-bar select { font: inherit; padding: 2px 6px; }
#root { position: fixed; inset: 34px 0 0 0; height: auto !important; }
</style>`

function bar(tokens: readonly ReadyToken[]): string {
  if (tokens.length === 0) return '<div id="souk-bar"><b>Souk</b></div>'
  const options = tokens.map(({ label }, index) => `<option value="${index}">${escapeHtml(label)}</option>`)
  return `<div id="souk-bar"><b>Souk</b><label>Signed in as <select id="souk-viewer"><option value="">nobody (anonymous)</option>${options.join('')}</select></label></div>`
}

// GraphiQL reads `fetch` when it runs, so wrapping it first is all that is needed to send a header with every query.
function script(tokens: readonly ReadyToken[]): string {
  const values = JSON.stringify(tokens.map(({ token }) => token)).replaceAll('<', '\\u003c')
  return `<script>
(() => {
  const tokens = ${values};
  const menu = document.querySelector('#souk-viewer');
  const kept = sessionStorage.getItem('souk-viewer');
  if (menu && kept !== null && kept < tokens.length) menu.value = kept;
  menu?.addEventListener('change', () => sessionStorage.setItem('souk-viewer', menu.value));
  const send = window.fetch.bind(window);
  window.fetch = (input, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('x-souk-csrf', '1');
    if (menu && menu.value !== '' && !headers.has('authorization')) headers.set('authorization', 'Bearer ' + tokens[menu.value]);
    return send(input, { ...init, headers });
  };
})();
</script>`
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
