-- What subscribers to this subgraph are told. A change is a row of the outbox for the subgraph itself: no relay delivers it,
-- its insertion notifies every process that listens, at the commit.

-- By it a process that has lost its connection finds what it missed: `seq` is given out before the commit, and so has gaps that
-- fill up later.
ALTER TABLE "orders"."outbox_event" ADD COLUMN "written_in" XID8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX "outbox_event_change_idx" ON "orders"."outbox_event" ("written_in") WHERE "consumer" = 'orders';

CREATE FUNCTION "orders"."notify_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('orders_changes', json_build_object('entityId', NEW.entity_id, 'type', NEW.type,
    'position', pg_snapshot_xmin(pg_current_snapshot())::text)::text);
  RETURN NULL;
END $$;

CREATE TRIGGER "outbox_event_notify_change" AFTER INSERT ON "orders"."outbox_event"
  FOR EACH ROW WHEN (NEW."consumer" = 'orders') EXECUTE FUNCTION "orders"."notify_change"();

-- Triggers rather than a part of each statement that moves an order: none can be forgotten.
CREATE FUNCTION "orders"."record_order_change"(order_id text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO "orders"."outbox_event" (id, consumer, type, entity_id, payload, occurred_at, next_attempt_at, delivered_at)
  VALUES (gen_random_uuid()::text, 'orders', 'order.changed.v1', order_id, '{}', now(), now(), now())
$$;

CREATE FUNCTION "orders"."record_own_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "orders"."record_order_change"(NEW.id);
  RETURN NULL;
END $$;

CREATE FUNCTION "orders"."record_change_of_part"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "orders"."record_order_change"(NEW.order_id);
  RETURN NULL;
END $$;

CREATE FUNCTION "orders"."record_tracking"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "orders"."record_order_change"(shipment.order_id)
  FROM "orders"."shipment" WHERE shipment.id IN (SELECT tracked.shipment_id FROM tracked);
  RETURN NULL;
END $$;

CREATE TRIGGER "customer_order_changed" AFTER UPDATE ON "orders"."customer_order" FOR EACH ROW
  WHEN (OLD."state" <> NEW."state" OR OLD."refunded_total" <> NEW."refunded_total")
  EXECUTE FUNCTION "orders"."record_own_change"();

-- AUTHORIZED and CAPTURED are steps of a second on the way to PAID, which is told.
CREATE TRIGGER "payment_changed" AFTER UPDATE ON "orders"."payment" FOR EACH ROW
  WHEN (OLD."state" <> NEW."state" AND NEW."state" IN ('PENDING', 'DECLINED', 'REFUNDED'))
  EXECUTE FUNCTION "orders"."record_change_of_part"();

-- Every news of a parcel comes with an event of its carrier; its waybill comes with the order's SHIPPED.
CREATE TRIGGER "shipment_event_added" AFTER INSERT ON "orders"."shipment_event"
  REFERENCING NEW TABLE AS tracked FOR EACH STATEMENT EXECUTE FUNCTION "orders"."record_tracking"();

-- Imported cases are history.
CREATE TRIGGER "after_sale_case_opened" AFTER INSERT ON "orders"."after_sale_case" FOR EACH ROW
  WHEN (NEW."import_id" IS NULL) EXECUTE FUNCTION "orders"."record_change_of_part"();
CREATE TRIGGER "after_sale_case_moved" AFTER UPDATE ON "orders"."after_sale_case" FOR EACH ROW
  WHEN (OLD."state" <> NEW."state") EXECUTE FUNCTION "orders"."record_change_of_part"();
