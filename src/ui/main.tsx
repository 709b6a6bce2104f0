import { render } from 'preact';
import { App } from './app.js';
import { onTokenNeeded } from './api/client.js';
import { watchKeys } from './state/keys.js';
import { page } from './state/page.js';
import { parseHash } from './state/route.js';
import { startTheme } from './state/theme.js';
import { refreshWorkspace, watchWorkspace } from './state/workspace.js';
import { watchJournal } from './state/journal.js';

onTokenNeeded(
  (wasWrong) =>
    new Promise((resolve) => {
      const answer = (token: string) => {
        page.set({ tokenPrompt: undefined });
        resolve(token);
      };
      page.set({ tokenPrompt: { wasWrong, answer } });
    }),
);
addEventListener('hashchange', () => {
  const before = page.get().route;
  const route = parseHash(location.hash);
  page.set({ route, ...(route.workspace !== before.workspace && { workspace: undefined, segments: undefined }) });
  if (route.workspace !== before.workspace) void refreshWorkspace();
});
startTheme();
watchKeys();
watchWorkspace();
watchJournal();
render(<App />, document.body);
