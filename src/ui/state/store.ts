import { useEffect, useReducer, useRef } from 'preact/hooks';

export interface Store<T> {
  get(): T;
  /** Replaces the given fields, and notifies all listeners. */
  set(change: Partial<T>): void;
  subscribe(listener: () => void): () => void;
}

export function createStore<T extends object>(initial: T): Store<T> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change };
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** A part of a store; the component renders again when that part changes. */
export function useStore<T, Part>(store: Store<T>, select: (state: T) => Part): Part {
  const [, render] = useReducer((count: number) => count + 1, 0);
  const part = select(store.get());
  const latest = useRef({ select, part });
  latest.current = { select, part };
  useEffect(() => {
    const changed = () => {
      const { select: current, part: shown } = latest.current;
      if (!Object.is(current(store.get()), shown)) render(undefined);
    };
    changed();
    return store.subscribe(changed);
  }, [store]);
  return part;
}
