/** The global `queueMicrotask`, on promises: fake timers leave them alone. */
export const queueMicrotask = (callback) => void Promise.resolve().then(callback);
