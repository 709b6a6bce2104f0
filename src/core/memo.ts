/**
 * A function that keeps its last results. A full cache is simply emptied: evicting the oldest key of a `Map` of 10,000
 * takes 12 µs, because V8 walks over the deleted entries.
 */
export function memoized<Key, Value>(most: number, compute: (key: Key) => Value): (key: Key) => Value {
  const results = new Map<Key, Value>();
  return (key) => {
    let result = results.get(key);
    if (result === undefined) {
      if (results.size === most) results.clear();
      results.set(key, (result = compute(key)));
    }
    return result;
  };
}
