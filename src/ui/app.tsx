import { Controls } from './controls/view.js';
import { KeysHelp } from './frame/keys-help.js';
import { Notices } from './frame/notices.js';
import { Sidebar } from './frame/sidebar.js';
import { TokenPrompt } from './frame/token-prompt.js';
import { TopBar } from './frame/top-bar.js';
import { Requests } from './requests/view.js';
import { Segments } from './segments/view.js';
import { usePage } from './state/page.js';

const VIEW_COMPONENTS = { segments: Segments, requests: Requests, controls: Controls };

export function App() {
  const view = usePage(({ route }) => route.view);
  const workspace = usePage(({ route }) => route.workspace);
  const error = usePage((state) => state.workspaceError);
  const View = VIEW_COMPONENTS[view];
  return (
    <div class="frame">
      <Sidebar />
      <TopBar />
      <main id="content" tabIndex={-1}>
        {error === undefined ? (
          <View key={workspace} />
        ) : (
          <div class="empty tall">
            <h1>There is nothing to show</h1>
            <p>{error}</p>
            <a class="button" href="#/">
              Go to the default workspace
            </a>
          </div>
        )}
      </main>
      <Notices />
      <KeysHelp />
      <TokenPrompt />
    </div>
  );
}
