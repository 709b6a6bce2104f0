/** What callers of the library may give: JSON data, or a `Date` where that has an instant or a date, a `URL` for a path. */
export type Given<T> = T extends readonly (infer Item)[]
  ? Given<Item>[]
  : T extends object
    ? { [Name in keyof T]: Given<T[Name]> | (Name extends Dated<keyof T> ? Date : Name extends Path ? Url : never) }
    : T;
/** A `from` beside an `until` is an instant, otherwise it is a name. */
type Dated<Names> = ('until' extends Names ? 'from' : never) | DateField;
type DateField = 'now' | 'since' | 'until' | 'createdAt' | 'updatedAt' | 'anchor' | 'on' | 'time' | 'clock';
/** `URL`, where the platform's types declare it. */
export type Url = typeof globalThis extends { URL: { prototype: infer PlatformUrl } } ? PlatformUrl : never;
type Path = 'tlsCert' | 'tlsKey' | 'tlsDir';
