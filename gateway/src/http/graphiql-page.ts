/** The page for browsers: GraphiQL from our own package, and in development a menu of ready tokens. It loads nothing from elsewhere. */
import type { ReadyToken } from '../keys/development-tokens.ts'
import { exampleTabs } from './example-tabs.ts'

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
    logo: '<b>Souk</b>',
    defaultTabs: exampleTabs.map(({ query, variables = null }) => ({ query, variables })),
    shouldPersistHeaders: false,
  })
  // A function as the replacement: the text has `$&` and its like, which a string would interpret.
  return html.replace(
    '<div id="root"></div>',
    () => `${style}${bar(tokens)}<div id="root"></div>${script(tokens)}`,
  )
}

// The colours are GraphiQL's own variables, so that the bar follows its light and dark themes.
const style = `<style>
#souk-bar { position: fixed; inset: 0 0 auto 0; height: 40px; display: flex; gap: 12px; align-items: center; padding: 0 16px;
  font: 15px system-ui, sans-serif; z-index: 10; color: #3b4b68; background: #f1f2f4; }
#souk-bar b { font-size: 17px; letter-spacing: .02em; }
#souk-bar label { display: flex; gap: 8px; align-items: center; margin-left: auto; white-space: nowrap; }
#souk-bar select { font: inherit; color: inherit; background: #fff; border: 1px solid #c9ced8; border-radius: 6px; padding: 3px 8px; max-width: 50vw; }
#souk-bar select:focus-visible { outline: 2px solid #d60590; outline-offset: 1px; }
body.graphiql-dark #souk-bar { color: #b7c2d7; background: #1b2535; }
body.graphiql-dark #souk-bar select { background: #212a3b; border-color: #3b4b68; }
@media (prefers-color-scheme: dark) {
  body:not(.graphiql-light) #souk-bar { color: #b7c2d7; background: #1b2535; }
  body:not(.graphiql-light) #souk-bar select { background: #212a3b; border-color: #3b4b68; }
}
#root { position: fixed; inset: 40px 0 0 0; height: auto !important; }
#root .graphiql-container { height: 100%; }
.graphiql-logo { display: none; }
</style>`

function bar(tokens: readonly ReadyToken[]): string {
  if (tokens.length === 0) return '<div id="souk-bar"><b>Souk</b></div>'
  const options = tokens.map(({ label }, index) => `<option value="${index}">${escapeHtml(label)}</option>`)
  return `<div id="souk-bar"><b>Souk</b><label>You are <select id="souk-viewer"><option value="">nobody: not signed in</option>${options.join('')}</select></label></div>`
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
