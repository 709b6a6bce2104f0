import * as fc from 'fast-check';

// The first failing example kills a mutant, so shrinking it is a waste of time.
fc.configureGlobal({ endOnFailure: true });
