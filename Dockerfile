# One image; its argument names the process of the Procfile: web (as it stands), worker or beat.
FROM node:24-slim AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.11-slim AS assets
WORKDIR /app
COPY --from=modules /app/node_modules node_modules
COPY config/__init__.py config/assets.py config/
COPY clinics/static clinics/static
RUN python -m config.assets

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PLUMBLINE_ENV=production PLUMBLINE_LOCAL=/var/lib/plumbline STATIC_ROOT=/app/static WEB_HOST=0.0.0.0
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --requirement requirements.txt \
    && useradd --system --no-create-home plumbline \
    && install -d -o plumbline /var/lib/plumbline
COPY . .
COPY --from=assets /app/clinics/static/vendor clinics/static/vendor
# They serve this one command, which asks neither server, and stay out of the image.
RUN SECRET_KEY=only-for-collectstatic-0123456789-abcdefghijklmnopqrstuvw \
    DATABASE_URL=postgresql://nowhere/none REDIS_URL=redis://nowhere \
    python manage.py collectstatic --noinput --verbosity 0
USER plumbline
EXPOSE 8000
ENTRYPOINT ["sh", "-c", "eval \"exec $(sed -n \"s/^$0: //p\" Procfile)\""]
CMD ["web"]
