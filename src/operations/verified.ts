/** What the files of `fixtures/evidence` say of rows of the fidelity table; `npm run generate` writes this file. */
export const VERIFIED: Readonly<Record<string, string>> = {};
