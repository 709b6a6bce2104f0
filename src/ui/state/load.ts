import { useEffect, useState } from 'preact/hooks';
import { describeError, get } from '../api/client.js';
import { usePage } from './page.js';

export interface Loaded<T> {
  data: T | undefined;
  error: string | undefined;
}

/** The reply for a path, requested again when segments or the clock change. The old reply stays until the new one arrives. */
export function useLoaded<T>(path: string | undefined, also: unknown = 0): Loaded<T> {
  const revision = usePage((state) => state.revision);
  const [loaded, setLoaded] = useState<Loaded<T>>({ data: undefined, error: undefined });
  useEffect(() => {
    if (path === undefined) return;
    const aborter = new AbortController();
    get<T>(path, aborter.signal).then(
      (data) => setLoaded({ data, error: undefined }),
      (error: unknown) => {
        if (!aborter.signal.aborted) setLoaded({ data: undefined, error: describeError(error) });
      },
    );
    return () => aborter.abort();
  }, [path, revision, also]);
  return loaded;
}
