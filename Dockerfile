# The shop as one image: `serve` by default; the same image runs `worker` and `migrate`.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/commerce
WORKDIR /build
# The dependencies first: they change less often than the code, and keep their layer.
COPY pyproject.toml constraints.txt README.md ./
RUN mkdir -p src/commerce && touch src/commerce/__init__.py \
    && /opt/commerce/bin/pip install -c constraints.txt . \
    && /opt/commerce/bin/pip uninstall --yes commerce
COPY src src
RUN /opt/commerce/bin/pip install --no-deps -c constraints.txt . \
    && /opt/commerce/bin/python -m compileall -q /opt/commerce/lib

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin commerce \
    && install -d -o commerce -g commerce /data /data/media
COPY --from=build /opt/commerce /opt/commerce
WORKDIR /app
COPY alembic.ini ./
COPY migrations migrations
ENV PATH=/opt/commerce/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    COMMERCE_ENV=production \
    COMMERCE_DATA=/data \
    COMMERCE_MEDIA=/data/media
USER commerce
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["commerce"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
