import type { FaultPlan } from './fault.js';

/** The first fault that strikes a request for a segment. */
export function strikingFault(faults: readonly FaultPlan[], segmentId: string | undefined): FaultPlan | undefined {
  return faults.find(({ trigger }) => trigger?.segmentId === undefined || trigger.segmentId === segmentId);
}
