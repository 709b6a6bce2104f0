/** The call that gets the reference's example response. */
export const EXAMPLE_TARGET = '/segments/data_series?segment_id=segment_5678&length=7&ending_at=2023-12-31T23:59:59Z';

const SIZES = [248576, 249134, 248892, 250145, 251678, 251923, 252467];

/** The reference's example response. */
export const EXAMPLE = {
  message: 'success',
  data: SIZES.map((size, index) => ({ time: `2023-12-${25 + index}T00:00:00+00:00`, size })),
};
