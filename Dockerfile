# docs/deployment.md says how to use it. Each step is a plain command, which tests/deploy runs without Docker.

FROM node:24-slim AS console
WORKDIR /studiograph/console
COPY console/ ./
RUN npm ci
RUN npm run build

FROM python:3.11-slim AS dependencies
WORKDIR /studiograph
COPY requirements.lock ./
RUN python -m venv --without-pip .venv
RUN python -m pip --python .venv/bin/python install --require-hashes --requirement requirements.lock

FROM python:3.11-slim
WORKDIR /studiograph
COPY --from=dependencies /studiograph/.venv .venv
COPY --from=console /studiograph/console/dist console/dist
COPY alembic/ alembic/
COPY src/ src/
COPY studiograph LICENSE ./
RUN .venv/bin/python -m compileall -q alembic src
RUN install -d -o 10001 /data
ENV PATH=/studiograph:$PATH \
    STUDIOGRAPH_DATA_DIR=/data \
    STUDIOGRAPH_ENVIRONMENT=production
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["/studiograph/.venv/bin/python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
CMD ["studiograph", "serve", "--host", "0.0.0.0"]
