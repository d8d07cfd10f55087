/** What the page runs in the browser: GraphiQL with our settings, and the chosen person's token on every request. */

export const pageScript = `
(() => {
  const { people, tabs, showsPlans, workers } = JSON.parse(document.querySelector('#souk-settings').textContent);
  const menu = document.querySelector('#souk-viewer');
  const hint = document.querySelector('#souk-hint');

  // The name is kept and not the token: a token may be another after a restart.
  const kept = sessionStorage.getItem('souk-viewer');
  if (menu && people.some(({ label }) => label === kept)) menu.value = kept;
  menu?.addEventListener('change', () => {
    sessionStorage.setItem('souk-viewer', menu.value);
    hint.textContent = '';
  });

  // What somebody types under Headers wins over the menu.
  function headersFor(typed) {
    const headers = new Headers({ accept: 'application/graphql-response+json, application/json', ...typed });
    headers.set('content-type', 'application/json');
    const token = people.find(({ label }) => label === menu?.value)?.token;
    if (token !== undefined && !headers.has('authorization')) headers.set('authorization', 'Bearer ' + token);
    if (showsPlans) headers.set('x-souk-query-plan', '1');
    return headers;
  }

  async function fetcher(operation, { headers } = {}) {
    const response = await fetch('/graphql', { method: 'POST', headers: headersFor(headers), body: JSON.stringify(operation) });
    const { extensions: { queryPlan, ...extensions } = {}, ...answer } = await response.json();
    if (hint) hint.textContent = hintFor(answer);
    // GraphiQL asks for the schema by itself, and nobody wants to see how that was planned.
    if (showsPlans && operation.operationName !== 'IntrospectionQuery')
      document.dispatchEvent(new CustomEvent('souk-plan', { detail: { plan: queryPlan } }));
    return Object.keys(extensions).length === 0 ? answer : { ...answer, extensions };
  }

  function hintFor(answer) {
    const codes = (answer.errors ?? []).map(({ extensions }) => extensions?.code);
    if (codes.includes('UNAUTHENTICATED')) return 'Parts of this need somebody who is signed in.';
    return codes.includes('FORBIDDEN') ? 'Parts of this are for somebody else.' : '';
  }

  // Every GraphiQL keeps its tabs under the same names, and many a project is served from the same port of this machine.
  const nameOf = (key) => 'souk:' + key;
  const storage = {
    getItem: (key) => localStorage.getItem(nameOf(key)),
    setItem: (key, value) => localStorage.setItem(nameOf(key), value),
    removeItem: (key) => localStorage.removeItem(nameOf(key)),
    get length() { return Object.keys(localStorage).filter((key) => key.startsWith('souk:')).length; },
    clear() {
      for (const key of Object.keys(localStorage)) if (key.startsWith('souk:')) localStorage.removeItem(key);
    },
  };

  const urls = Object.fromEntries(Object.entries(workers).map(([label, text]) =>
    [label, URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))]));
  self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_module, label) => urls[label] };

  YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), {
    title: 'Souk',
    fetcher,
    storage,
    defaultTabs: tabs.length === 0 ? undefined : tabs,
    shouldPersistHeaders: false,
    // Without one of ours it writes the query into the address, and a reload would show its answer instead of the page.
    onEditQuery: () => undefined,
  });
})();
`
