import { useState } from 'preact/hooks';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { usePage } from '../state/page.js';

/** Asks for the control token. It stays in memory, so a reload asks again. */
export function TokenPrompt() {
  const prompt = usePage((state) => state.tokenPrompt);
  const [token, setToken] = useState('');
  if (prompt === undefined) return null;
  return (
    <Dialog label="Control token" onClose={() => {}}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setToken('');
          prompt.answer(token);
        }}
      >
        <h2>Control token</h2>
        <p>This mock was started with --control-token. The token stays in the memory of this page only.</p>
        {prompt.wasWrong && (
          <p class="bad-text" role="alert">
            That was not the token.
          </p>
        )}
        <label class="field">
          <span>Token</span>
          <input
            type="password"
            autoComplete="off"
            required
            pattern="[!-~]+"
            value={token}
            onInput={({ currentTarget }) => setToken(currentTarget.value)}
          />
        </label>
        <Button type="submit" kind="primary">
          Open
        </Button>
      </form>
    </Dialog>
  );
}
