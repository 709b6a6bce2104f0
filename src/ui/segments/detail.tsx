export function SegmentDetail({ id }: { id: string | undefined }) {
  return <section class="detail">{id}</section>;
}
