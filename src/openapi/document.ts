export async function describe(routes: readonly unknown[], build: unknown): Promise<object> {
  await build;
  return routes;
}
