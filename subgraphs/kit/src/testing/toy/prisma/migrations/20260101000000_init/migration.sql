CREATE TABLE outbox_event (
  seq BIGSERIAL PRIMARY KEY, id TEXT NOT NULL, consumer TEXT NOT NULL, type TEXT NOT NULL, entity_id TEXT NOT NULL,
  payload JSONB NOT NULL, occurred_at TIMESTAMPTZ(3) NOT NULL, next_attempt_at TIMESTAMPTZ(3) NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, delivered_at TIMESTAMPTZ(3), UNIQUE (id, consumer)
);
CREATE TABLE inbox_event (id TEXT PRIMARY KEY, type TEXT NOT NULL, received_at TIMESTAMPTZ(3) NOT NULL);
CREATE TABLE idempotency_record (
  viewer_id TEXT NOT NULL, operation TEXT NOT NULL, key TEXT NOT NULL, input_hash TEXT NOT NULL, entity_id TEXT NOT NULL,
  result JSONB, created_at TIMESTAMPTZ(3) NOT NULL, PRIMARY KEY (viewer_id, operation, key)
);
CREATE TABLE note (id TEXT PRIMARY KEY, text TEXT NOT NULL, at TIMESTAMPTZ(3) NOT NULL);
CREATE TABLE seen (position BIGSERIAL PRIMARY KEY, product_id TEXT NOT NULL, title TEXT NOT NULL);
