import { render } from 'preact';
import { App } from './app.js';
import { onTokenNeeded } from './api/client.js';
import { refuseOtherDrops } from './segments/drop.js';
import { watchKeys } from './state/keys.js';
import { page, showRoute } from './state/page.js';
import { startTheme } from './state/theme.js';
import { watchWorkspace } from './state/workspace.js';
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
addEventListener('hashchange', showRoute);
startTheme();
watchKeys();
refuseOtherDrops();
watchWorkspace();
watchJournal();
render(<App />, document.body);
