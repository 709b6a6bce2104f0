import type { ApiKey, Workspace } from './workspace.js';

/** The workspaces of a server, found by the keys that open them. */
export class Registry {
  readonly #byKey = new Map<string, { workspace: Workspace; apiKey: ApiKey }>();
  readonly #byName = new Map<string, Workspace>();

  add(workspace: Workspace): void {
    this.#byName.set(workspace.name, workspace);
    for (const apiKey of workspace.apiKeys) this.#byKey.set(apiKey.key, { workspace, apiKey });
  }

  opened(key: string): { workspace: Workspace; apiKey: ApiKey } | undefined {
    return this.#byKey.get(key);
  }

  /** The workspace called `default`, or else the first. */
  get default(): Workspace | undefined {
    return this.#byName.get('default') ?? this.#byName.values().next().value;
  }
}
