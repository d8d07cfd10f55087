/** How the page looks beyond GraphiQL's own style: the bar in its colours, both themes, and narrow windows. */

export const pageStyle = `
#souk-bar { position: fixed; inset: 0 0 auto 0; height: 40px; display: flex; gap: 12px; align-items: center; padding: 0 16px;
  font: 15px Roboto, system-ui, sans-serif; z-index: 10; color: #3b4b68; background: #f1f2f4; }
#souk-bar b { font-size: 17px; letter-spacing: .02em; }
#souk-bar label { display: flex; gap: 8px; align-items: center; white-space: nowrap; }
#souk-bar select { font: inherit; color: inherit; background: #fff; border: 1px solid #c9ced8; border-radius: 6px; padding: 3px 8px; max-width: 50vw; }
#souk-bar select:focus-visible { outline: 2px solid #d60590; outline-offset: 1px; }
#souk-hint { margin-left: auto; color: #b3047a; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
body.graphiql-dark #souk-bar { color: #b7c2d7; background: #1b2535; }
body.graphiql-dark #souk-bar select { background: #212a3b; border-color: #3b4b68; }
body.graphiql-dark #souk-hint { color: #ff7ac6; }
@media (prefers-color-scheme: dark) {
  body:not(.graphiql-light) { background: #212a3b; }
  body:not(.graphiql-light) #souk-bar { color: #b7c2d7; background: #1b2535; }
  body:not(.graphiql-light) #souk-bar select { background: #212a3b; border-color: #3b4b68; }
  body:not(.graphiql-light) #souk-hint { color: #ff7ac6; }
}
#root { position: fixed; inset: 40px 0 0 0; height: auto !important; }
#root .graphiql-container { height: 100%; }
.graphiql-logo { display: none; }
/* The answer goes below the query, and the docs over both: side by side neither can be read. */
@media (max-width: 700px) {
  #souk-bar label { font-size: 0; }
  #souk-bar select { font-size: 15px; }
  #souk-hint { font-size: 13px; white-space: normal; }
  #graphiql-session { flex-direction: column; }
  #graphiql-session > * { min-height: 0; }
  .graphiql-container .graphiql-horizontal-drag-bar { display: none; }
  .graphiql-container .graphiql-main { position: relative; }
  /* No right edge: GraphiQL hides a pane by a left edge far outside. */
  .graphiql-container .graphiql-plugin { position: absolute; top: 0; left: 0; width: 100%; height: 100%; z-index: 5;
    box-sizing: border-box; background: hsl(var(--color-base)); }
}
`
