ALTER TABLE outbox_event ADD COLUMN written_in XID8 NOT NULL DEFAULT pg_current_xact_id();
CREATE FUNCTION notify_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify(TG_TABLE_SCHEMA || '_changes', json_build_object('entityId', NEW.entity_id, 'type', NEW.type,
    'position', pg_snapshot_xmin(pg_current_snapshot())::text)::text);
  RETURN NULL;
END $$;
-- The consumer is the schema here: both are `products`, or `creators`.
CREATE TRIGGER outbox_event_notify_change AFTER INSERT ON outbox_event
  FOR EACH ROW WHEN (NEW.type LIKE 'note.%') EXECUTE FUNCTION notify_change();
