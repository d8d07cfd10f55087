/** The page's panel for the plan of the last run: a line of time for its fetches, and what each of them asked. */

/** The button is in the bar, the panel below GraphiQL. */
export const planButton =
  '<button id="souk-plan-button" type="button" aria-expanded="false" aria-controls="souk-plan">Plan</button>'

export const planPanel = `<section id="souk-plan" aria-labelledby="souk-plan-title" hidden>
<header><h2 id="souk-plan-title">Plan</h2><span id="souk-plan-summary" role="status"></span>
<button id="souk-plan-text" type="button" aria-pressed="false">As text</button>
<button id="souk-plan-close" type="button" aria-label="Close the plan">✕</button></header>
<div id="souk-plan-body"><p>Run a query: the fetches that answered it are shown here.</p></div>
</section>`

export const planPanelScript = `
(() => {
  const find = (id) => document.querySelector('#souk-plan' + id);
  const [button, panel, body, summary, asText, close] =
    ['-button', '', '-body', '-summary', '-text', '-close'].map(find);

  function open(isOpen) {
    panel.hidden = !isOpen;
    button.setAttribute('aria-expanded', String(isOpen));
    document.body.classList.toggle('souk-plan-open', isOpen);
    sessionStorage.setItem('souk-plan', isOpen ? 'open' : '');
    // The editors measure themselves when the window does.
    dispatchEvent(new Event('resize'));
  }
  button.addEventListener('click', () => open(panel.hidden));
  close.addEventListener('click', () => { open(false); button.focus(); });
  asText.addEventListener('click', () => {
    asText.setAttribute('aria-pressed', String(asText.getAttribute('aria-pressed') !== 'true'));
    draw();
  });

  // Subgraphs keep their colours from run to run, in the order in which they were met.
  const met = [];
  function hueOf(subgraph) {
    if (!met.includes(subgraph)) met.push(subgraph);
    return [205, 28, 145, 320, 265, 55, 180, 0][met.indexOf(subgraph) % 8];
  }

  let last;
  let chosen;
  document.addEventListener('souk-plan', ({ detail }) => {
    last = detail.plan;
    chosen = undefined;
    if (last !== undefined) {
      const fetches = last.steps.flatMap((step) => step.fetches).filter(({ state }) => state !== 'notSent').length;
      summary.textContent = last.kind + ', ' + fetches + (fetches === 1 ? ' fetch, ' : ' fetches, ') + time(last.durationMs);
      button.textContent = 'Plan: ' + fetches + (fetches === 1 ? ' fetch' : ' fetches');
    } else {
      summary.textContent = '';
      button.textContent = 'Plan';
    }
    draw();
  });

  function draw() {
    if (last === undefined) {
      body.replaceChildren(element('p', 'The last run was answered without a plan.'));
    } else if (asText.getAttribute('aria-pressed') === 'true') {
      body.replaceChildren(element('pre', last.text));
    } else if (last.steps.length === 0) {
      body.replaceChildren(element('p', 'There was nothing to fetch.'));
    } else {
      body.replaceChildren(timeline(), details());
    }
  }

  function timeline() {
    const list = element('ol');
    for (const [at, { fetches }] of last.steps.entries()) {
      if (at > 0) list.append(element('li', 'then', 'souk-plan-then'));
      for (const fetch of fetches) {
        const line = element('li');
        line.append(row(fetch));
        list.append(line);
      }
    }
    return list;
  }

  function row(fetch) {
    const { number, subgraph, state, startedAtMs, durationMs } = fetch;
    const line = element('button', '', 'souk-plan-row');
    line.type = 'button';
    line.dataset.state = state;
    line.style.setProperty('--hue', hueOf(subgraph));
    line.setAttribute('aria-pressed', String(fetch === chosen));
    line.addEventListener('click', () => {
      const top = body.scrollTop;
      const place = [...body.querySelectorAll('.souk-plan-row')].indexOf(line);
      chosen = fetch === chosen ? undefined : fetch;
      draw();
      body.scrollTop = top;
      body.querySelectorAll('.souk-plan-row')[place]?.focus();
    });
    const track = element('span', '', 'souk-plan-track');
    if (state !== 'notSent') {
      const bar = element('span', '', 'souk-plan-bar');
      bar.style.left = 100 * startedAtMs / last.durationMs + '%';
      bar.style.width = 100 * durationMs / last.durationMs + '%';
      track.append(bar);
    }
    line.title = subgraph;
    line.append(element('span', number + ' ' + subgraph, 'souk-plan-name'), track,
      element('span', outcomeOf(fetch), 'souk-plan-outcome'));
    return line;
  }

  function outcomeOf({ state, durationMs, entities, errors }) {
    if (state === 'notSent') return 'not sent';
    const parts = [time(durationMs)];
    if (entities !== undefined) parts.push(entities + (entities === 1 ? ' entity' : ' entities'));
    if (state === 'failed') parts.push('failed');
    else if (errors > 0) parts.push(errors + (errors === 1 ? ' error' : ' errors'));
    return parts.join(', ');
  }

  function details() {
    const box = element('div', '', 'souk-plan-details');
    if (chosen === undefined) {
      box.append(element('p', 'Choose a fetch to see what it asked.'));
      return box;
    }
    const { number, subgraph, after, paths, state, startedAtMs, operation } = chosen;
    const facts = [paths.length === 0 ? 'root fields' : 'at ' + paths.join(', ')];
    if (after.length > 0) facts.push('after ' + after.join(', '));
    if (state !== 'notSent') facts.push('started at ' + time(startedAtMs));
    facts.push(outcomeOf(chosen));
    box.append(element('h3', number + ' ' + subgraph), element('p', facts.join(' · ')), element('pre', operation));
    return box;
  }

  const time = (milliseconds) => (milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)) + ' ms';

  function element(tag, text = '', className = '') {
    const made = document.createElement(tag);
    made.textContent = text;
    if (className !== '') made.className = className;
    return made;
  }

  if (sessionStorage.getItem('souk-plan') === 'open') open(true);
})();
`

export const planPanelStyle = `
#souk-plan-button, #souk-plan header button { font: inherit; color: inherit; background: none; border: 1px solid #c9ced8;
  border-radius: 6px; padding: 3px 10px; white-space: nowrap; cursor: pointer; }
#souk-plan-button[aria-expanded=true], #souk-plan-text[aria-pressed=true] { color: #fff; background: #d60590; border-color: #d60590; }
#souk-plan button:focus-visible, #souk-plan-button:focus-visible { outline: 2px solid #d60590; outline-offset: 1px; }
#souk-plan { --souk-line: #dfe3ea; --souk-quiet: #5f6d87; position: fixed; inset: auto 0 0 0; height: 38vh; z-index: 9; display: flex;
  flex-direction: column; font: 14px/1.45 Roboto, system-ui, sans-serif; color: #3b4b68; background: #fff; border-top: 1px solid #c9ced8; }
#souk-plan[hidden] { display: none; }
body.souk-plan-open #root { bottom: 38vh; }
#souk-plan header { display: flex; gap: 12px; align-items: center; padding: 6px 16px; border-bottom: 1px solid var(--souk-line); }
#souk-plan h2, #souk-plan h3 { font-size: 15px; margin: 0; }
#souk-plan-summary { color: var(--souk-quiet); margin-right: auto; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#souk-plan-body { flex: 1; min-height: 0; display: flex; overflow: auto; }
#souk-plan-body > p, #souk-plan-body > pre { padding: 12px 16px; margin: 0; }
#souk-plan pre { font: 13px/1.5 'Fira Code', ui-monospace, monospace; margin: 0; white-space: pre; overflow: auto; font-variant-ligatures: none; }
#souk-plan ol { flex: 3; min-width: 0; list-style: none; margin: 0; padding: 8px 0; overflow: auto; }
.souk-plan-then { padding: 2px 16px; color: var(--souk-quiet); }
.souk-plan-row { display: grid; grid-template-columns: minmax(90px, 170px) 1fr minmax(110px, 200px); gap: 12px; align-items: center; width: 100%;
  padding: 3px 16px; font: inherit; color: inherit; text-align: left; background: none; border: 0; cursor: pointer; }
.souk-plan-row:hover, .souk-plan-row[aria-pressed=true] { background: #f1f2f4; }
.souk-plan-name, .souk-plan-outcome { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.souk-plan-name::before { content: ''; display: inline-block; width: 10px; height: 10px; margin-right: 8px; border-radius: 3px;
  background: hsl(var(--hue) 62% 48%); }
.souk-plan-outcome { color: var(--souk-quiet); }
.souk-plan-track { position: relative; height: 14px; border-radius: 3px; background: var(--souk-line); }
/* A fetch of a tenth of a millisecond is still seen. */
.souk-plan-bar { position: absolute; top: 0; bottom: 0; min-width: 3px; border-radius: 3px; background: hsl(var(--hue) 62% 48%); }
.souk-plan-row[data-state=failed] .souk-plan-bar { background: repeating-linear-gradient(45deg, #c62828 0 5px, #ef9a9a 5px 10px); }
.souk-plan-row[data-state=failed] .souk-plan-outcome { color: #c62828; }
.souk-plan-row[data-state=notSent] { opacity: .6; }
.souk-plan-details { flex: 2; min-width: 0; overflow: auto; padding: 10px 16px; border-left: 1px solid var(--souk-line); }
.souk-plan-details p { margin: 2px 0 8px; color: var(--souk-quiet); overflow-wrap: anywhere; }
body.graphiql-dark #souk-plan { --souk-line: #303c52; --souk-quiet: #97a5c0; color: #b7c2d7; background: #212a3b; border-color: #3b4b68; }
body.graphiql-dark :is(#souk-plan-button, #souk-plan header button) { border-color: #3b4b68; }
body.graphiql-dark :is(.souk-plan-row:hover, .souk-plan-row[aria-pressed=true]) { background: #2b364b; }
body.graphiql-dark .souk-plan-row[data-state=failed] .souk-plan-outcome { color: #ff8a80; }
@media (prefers-color-scheme: dark) {
  body:not(.graphiql-light) #souk-plan { --souk-line: #303c52; --souk-quiet: #97a5c0; color: #b7c2d7; background: #212a3b; border-color: #3b4b68; }
  body:not(.graphiql-light) :is(#souk-plan-button, #souk-plan header button) { border-color: #3b4b68; }
  body:not(.graphiql-light) :is(.souk-plan-row:hover, .souk-plan-row[aria-pressed=true]) { background: #2b364b; }
  body:not(.graphiql-light) .souk-plan-row[data-state=failed] .souk-plan-outcome { color: #ff8a80; }
}
@media (max-width: 700px) {
  /* Two editors and a plan don't fit below each other: the plan lies over GraphiQL. */
  #souk-plan { height: auto; top: 40px; }
  body.souk-plan-open #root { bottom: 0; }
  #souk-plan-body { flex-direction: column; }
  #souk-plan ol, .souk-plan-details { flex: none; overflow: visible; }
  .souk-plan-details { border-left: 0; border-top: 1px solid var(--souk-line); }
  .souk-plan-row { grid-template: 'name outcome' 'track track' / 1fr auto; gap: 4px 8px; padding: 6px 16px; }
  .souk-plan-track { grid-area: track; }
}
`
