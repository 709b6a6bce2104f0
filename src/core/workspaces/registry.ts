import { KnownKeys } from './known-keys.js';
import { type Mask, maskerOf } from './masking.js';
import type { ApiKey, Workspace } from './workspace.js';

/** The workspaces of a server, by name and by the keys that open them. */
export class Registry {
  #named = 0;
  readonly #byName = new Map<string, Workspace>();
  readonly #byKey = new Map<string, { workspace: Workspace; apiKey: ApiKey }>();
  /** The keys to mask in output: the current ones and those removed recently. */
  readonly knownKeys = new KnownKeys();
  /** Masks secrets, including these keys, in output. */
  readonly mask: Mask;

  constructor(basePath?: string) {
    this.mask = maskerOf(this.knownKeys, basePath);
  }

  /** Re-adding a workspace keeps its position. */
  add(workspace: Workspace): void {
    this.#byName.set(workspace.name, workspace);
    for (const apiKey of workspace.apiKeys.values()) this.addKey(workspace, apiKey);
  }

  remove(workspace: Workspace): void {
    this.#byName.delete(workspace.name);
    this.removeKeys(workspace);
  }

  removeKeys({ apiKeys }: Workspace): void {
    for (const key of apiKeys.keys()) this.removeKey(key);
  }

  removeKey(key: string): void {
    this.#byKey.delete(key);
    this.knownKeys.retire(key);
  }

  /** Makes a key open a workspace. The caller checks that it opens no other. */
  addKey(workspace: Workspace, apiKey: ApiKey): void {
    this.#byKey.set(apiKey.key, { workspace, apiKey });
    this.knownKeys.open(apiKey.key);
  }

  openedBy(key: string): { workspace: Workspace; apiKey: ApiKey } | undefined {
    return this.#byKey.get(key);
  }

  /** A workspace whose key differs only in case. Linear in the number of keys. */
  openedInOtherCase(key: string): Workspace | undefined {
    const lower = key.toLowerCase();
    for (const [known, { workspace }] of this.#byKey) if (known.toLowerCase() === lower) return workspace;
    return undefined;
  }

  get(name: string): Workspace | undefined {
    return this.#byName.get(name);
  }

  freeName(): string {
    let name: string;
    do name = `workspace-${++this.#named}`;
    while (this.#byName.has(name));
    return name;
  }

  all(): Workspace[] {
    return [...this.#byName.values()];
  }

  /** The workspace called `default`, or else the first. */
  get default(): Workspace | undefined {
    return this.#byName.get('default') ?? this.#byName.values().next().value;
  }
}
