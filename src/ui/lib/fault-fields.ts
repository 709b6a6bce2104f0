/** The fields of the form for a fault, as typed. */
export interface FaultFields {
  effect: string;
  value?: string;
  segmentId?: string;
  path?: string;
  after?: string;
  times?: string;
  probability?: string;
  until?: string;
}

/** Effects with a fixed list of values. */
export const LISTED: Record<string, readonly string[]> = {
  connection: ['CONNECTION_RESET_BY_PEER', 'EMPTY_RESPONSE', 'RANDOM_DATA_THEN_CLOSE', 'MALFORMED_RESPONSE_CHUNK'],
  data: ['missing_day', 'duplicate_day', 'shuffled', 'revised_yesterday', 'zero_dip', 'huge_size', 'extra_field'],
};

/** A number if one was typed; other text stays text, so that the server can say what it found. */
function typed(text: string): number | string {
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

/** The fault as the control API takes it, without the fields that are empty. */
export function faultFrom({ effect, value = '', ...trigger }: FaultFields): object {
  const given = Object.entries(trigger).filter(([, text]) => text !== '');
  const number = typed(value);
  const effects: Record<string, unknown> = {
    delay: { kind: 'fixed', ms: number },
    dribble: { chunks: 20, durationMs: number },
  };
  const isText = (name: string) => ['segmentId', 'path', 'until'].includes(name);
  return {
    ...(given.length > 0 && {
      trigger: Object.fromEntries(given.map(([name, text]) => [name, isText(name) ? text : typed(text)])),
    }),
    effect: { [effect]: effects[effect] ?? (LISTED[effect] === undefined ? number : value) },
  };
}
