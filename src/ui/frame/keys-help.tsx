import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { help, KEYS } from '../state/keys.js';
import { useStore } from '../state/store.js';

export function KeysHelp() {
  const isOpen = useStore(help, (state) => state.isOpen);
  const close = () => help.set({ isOpen: false });
  if (!isOpen) return null;
  return (
    <Dialog label="Keys" onClose={close}>
      <h2>Keys</h2>
      <dl class="keys">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <Button onClick={close}>Close</Button>
    </Dialog>
  );
}
