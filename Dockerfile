FROM python:3.12-slim AS packages
COPY requirements/production.txt /
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r /production.txt

FROM python:3.12-slim
RUN groupadd --gid 10001 peerloom \
 && useradd --uid 10001 --gid peerloom --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin peerloom \
 && install -d -o peerloom -g peerloom /srv/peerloom/beat
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DEBUG=false \
    PEERLOOM_VAR=/srv/peerloom
COPY --from=packages /venv /venv
WORKDIR /app
COPY . .
# Settings want all their values, even to collect files; none of these reaches a running container.
RUN python -m compileall -q . \
 && SECRET_KEY=collectstatic SITE_URL=https://localhost DEFAULT_FROM_EMAIL=nobody@localhost \
    DATABASE_URL=postgresql://localhost/none REDIS_URL=redis://localhost/0 \
    python manage.py collectstatic --noinput
USER peerloom
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ.get('PORT', '8000') + '/healthz', timeout=4)"]
CMD ["gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
