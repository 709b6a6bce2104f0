ARG NODE=node:24-bookworm-slim

FROM ${NODE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY . .
# The image runs as another user than the one who cloned; without this, it could not read files that only their owner can.
RUN npm run build && chmod -R a+rX dist fixtures LICENSE

# Only the files that Node needs: no shell, npm or package manager. Scanners read the versions in status.d.
FROM ${NODE} AS parts
RUN set -eu; \
  node=$(command -v node); \
  libraries=$(ldd "$node" | grep -o '/[^ ]*'); \
  packages=$(for file in $libraries; do dpkg-query --search "*/${file##*/}"; done | cut -d : -f 1 | sort -u); \
  install -d /parts/var/lib/dpkg/status.d; \
  licence=$(find /usr/local -maxdepth 1 -name LICENSE); \
  cp --dereference --parents "$node" $libraries $licence /etc/os-release /etc/nsswitch.conf /parts; \
  for package in $packages; do \
    dpkg-query --status "$package" > "/parts/var/lib/dpkg/status.d/$package"; \
    cp --dereference --parents "/usr/share/doc/$package/copyright" /parts; \
  done; \
  install -d -m 1777 /parts/tmp; \
  install -d /tls

FROM scratch AS base
COPY --from=parts /parts /

FROM base
LABEL org.opencontainers.image.title="braze-segments-mock" \
  org.opencontainers.image.description="A high-fidelity, offline stand-in for Braze's Segment Analytics Export endpoint, GET /segments/data_series" \
  org.opencontainers.image.licenses="MIT"
# A volume mounted at /tls takes over this folder's owner, so that certificates can be stored there.
COPY --from=parts --chown=10001:10001 /tls /tls
COPY --from=build /app/fixtures/workspaces /fixtures
COPY --from=build /app/LICENSE /app/
# The files that the command loads, without the entry points of the library.
COPY --from=build /app/dist/cli.js /app/dist/bundle.js /app/dist/authority.js /app/dist/contract.js /app/dist/csv-parse.js \
  /app/dist/healthcheck.js /app/dist/pino-pretty.js /app/dist/yaml.js /app/dist/package.json /app/dist/LICENSES.txt /app/dist/sbom.cdx.json \
  /app/dist/
# Numeric, so that Kubernetes can verify that it is not root; not shared, so that other users cannot read its keys.
USER 10001:10001
ENV PATH=/usr/local/bin:/usr/bin:/bin \
  NODE_ENV=production \
  BRAZE_MOCK_HOST=0.0.0.0 \
  BRAZE_MOCK_FIXTURES=/fixtures \
  BRAZE_MOCK_TLS_DIR=/tls
EXPOSE 27293 27294
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["node", "/app/dist/cli.js", "healthcheck"]
ENTRYPOINT ["node", "/app/dist/cli.js"]
CMD ["serve"]
