import { KnownKeys } from './known-keys.js';
import { maskerOf } from './masking.js';
import type { ApiKey, Workspace } from './workspace.js';

/** The workspaces of a server, by name and by the keys that open them. */
export class Registry {
  #named = 0;
  readonly #byName = new Map<string, Workspace>();
  readonly #byKey = new Map<string, { workspace: Workspace; apiKey: ApiKey }>();
  /** The keys that must not be written: those here, and the last ones that were removed. */
  readonly knownKeys = new KnownKeys();
  /** Masks secrets, these keys among them, in a text that is to be written. */
  readonly mask = maskerOf(this.knownKeys);

  /** One that is there already keeps its place among the others. */
  add(workspace: Workspace): void {
    this.#byName.set(workspace.name, workspace);
    for (const apiKey of workspace.apiKeys.values()) this.addKey(workspace, apiKey);
  }

  remove(workspace: Workspace): void {
    this.#byName.delete(workspace.name);
    this.removeKeys(workspace);
  }

  removeKeys({ apiKeys }: Workspace): void {
    for (const key of apiKeys.keys()) {
      this.#byKey.delete(key);
      this.knownKeys.retire(key);
    }
  }

  /** Makes a key open a workspace; the caller has seen to it that it opens no other. */
  addKey(workspace: Workspace, apiKey: ApiKey): void {
    this.#byKey.set(apiKey.key, { workspace, apiKey });
    this.knownKeys.open(apiKey.key);
  }

  /** Masks a secret that opens no workspace wherever a key is masked. */
  hide(secret: string): void {
    this.knownKeys.open(secret);
  }

  /** The workspace that a key opens. */
  opened(key: string): { workspace: Workspace; apiKey: ApiKey } | undefined {
    return this.#byKey.get(key);
  }

  /** A workspace that a key would open but for its case; looks at every key. */
  openedInOtherCase(key: string): Workspace | undefined {
    const lower = key.toLowerCase();
    for (const [known, { workspace }] of this.#byKey) if (known.toLowerCase() === lower) return workspace;
    return undefined;
  }

  get(name: string): Workspace | undefined {
    return this.#byName.get(name);
  }

  /** A name that no workspace has. */
  freeName(): string {
    let name: string;
    do name = `workspace-${++this.#named}`;
    while (this.#byName.has(name));
    return name;
  }

  /** In the order in which they were made. */
  all(): Workspace[] {
    return [...this.#byName.values()];
  }

  /** The workspace called `default`, or else the first. */
  get default(): Workspace | undefined {
    return this.#byName.get('default') ?? this.#byName.values().next().value;
  }
}
