# The service in one small image. Node runs the TypeScript source directly, so only the dependencies are installed.
FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# The simulated org, for trying out (docker-compose.yml builds this stage). It needs the development packages.
FROM node:24-slim AS simulator
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY simulator ./simulator
RUN mkdir .cache && chown 1000:1000 .cache
USER 1000:1000
CMD ["node", "simulator/main.ts", "--host", "0.0.0.0", "--port", "8085"]

FROM node:24-slim
LABEL org.opencontainers.image.title="Salesforce connector for Elasticsearch" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY src ./src
# The two names of the program. Elastic's documentation starts /app/bin/elastic-ingest.
RUN mkdir bin \
 && ln -s ../src/main.ts bin/salesforce-connector \
 && ln -s ../src/main.ts bin/elastic-ingest \
 && chmod 0755 src/main.ts
ENV NODE_ENV=production \
    PATH=/app/bin:$PATH
# A user without a name or a home. The service writes only temporary files, so the image runs under any user.
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
  CMD ["/app/bin/salesforce-connector", "health", "--health-file", "/tmp/health"]
CMD ["/app/bin/salesforce-connector", "run", "-c", "/config/config.yml", "--health-file", "/tmp/health"]
