import * as fc from 'fast-check';

// A mutant is found by the first example that fails; the smallest one is of no use.
fc.configureGlobal({ endOnFailure: true });
