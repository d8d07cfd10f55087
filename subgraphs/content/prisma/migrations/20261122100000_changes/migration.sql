-- What subscribers to this subgraph are told. A change is a row of the outbox for the subgraph itself: no relay delivers it,
-- its insertion notifies every process that listens, at the commit.

-- By it a process that has lost its connection finds what it missed: `seq` is given out before the commit, and so has gaps that
-- fill up later.
ALTER TABLE "content"."outbox_event" ADD COLUMN "written_in" XID8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX "outbox_event_change_idx" ON "content"."outbox_event" ("written_in") WHERE "consumer" = 'content';

CREATE FUNCTION "content"."notify_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('content_changes', json_build_object('entityId', NEW.entity_id, 'type', NEW.type,
    'position', pg_snapshot_xmin(pg_current_snapshot())::text)::text);
  RETURN NULL;
END $$;

CREATE TRIGGER "outbox_event_notify_change" AFTER INSERT ON "content"."outbox_event"
  FOR EACH ROW WHEN (NEW."consumer" = 'content') EXECUTE FUNCTION "content"."notify_change"();

-- Triggers rather than a part of each statement that changes a room: none can be forgotten.
CREATE FUNCTION "content"."record_room_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "content"."outbox_event" (id, consumer, type, entity_id, payload, occurred_at, next_attempt_at, delivered_at)
  VALUES (gen_random_uuid()::text, 'content', 'live-room.changed.v1', NEW.id, '{}', now(), now(), now());
  RETURN NULL;
END $$;

CREATE FUNCTION "content"."record_items_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "content"."outbox_event" (id, consumer, type, entity_id, payload, occurred_at, next_attempt_at, delivered_at)
  SELECT gen_random_uuid()::text, 'content', 'live-room.changed.v1', room.live_room_id, '{}', now(), now(), now()
  FROM (SELECT DISTINCT live_room_id FROM changed) AS room;
  RETURN NULL;
END $$;

CREATE TRIGGER "live_room_changed" AFTER UPDATE ON "content"."live_room" FOR EACH ROW
  WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION "content"."record_room_change"();

-- One for each statement: moving a room's items is one change of the room.
CREATE TRIGGER "live_room_items_added" AFTER INSERT ON "content"."live_room_item"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "content"."record_items_change"();
CREATE TRIGGER "live_room_items_moved" AFTER UPDATE ON "content"."live_room_item"
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "content"."record_items_change"();
CREATE TRIGGER "live_room_items_removed" AFTER DELETE ON "content"."live_room_item"
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "content"."record_items_change"();
