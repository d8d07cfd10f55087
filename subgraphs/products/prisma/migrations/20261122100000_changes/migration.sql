-- What subscribers to this subgraph are told. A change is a row of the outbox for the subgraph itself: no relay delivers it,
-- its insertion notifies every process that listens, at the commit.

-- By it a process that has lost its connection finds what it missed: `seq` is given out before the commit, and so has gaps that
-- fill up later.
ALTER TABLE "products"."outbox_event" ADD COLUMN "written_in" XID8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX "outbox_event_change_idx" ON "products"."outbox_event" ("written_in") WHERE "consumer" = 'products';

CREATE FUNCTION "products"."notify_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('products_changes', json_build_object('entityId', NEW.entity_id, 'type', NEW.type,
    'position', pg_snapshot_xmin(pg_current_snapshot())::text)::text);
  RETURN NULL;
END $$;

CREATE TRIGGER "outbox_event_notify_change" AFTER INSERT ON "products"."outbox_event"
  FOR EACH ROW WHEN (NEW."consumer" = 'products') EXECUTE FUNCTION "products"."notify_change"();

-- Triggers rather than a part of each statement that changes what a buyer sees of an offer: none can be forgotten.
CREATE FUNCTION "products"."record_offer_change"(offer_id text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO "products"."outbox_event" (id, consumer, type, entity_id, payload, occurred_at, next_attempt_at, delivered_at)
  VALUES (gen_random_uuid()::text, 'products', 'offer.changed.v1', offer_id, '{}', now(), now(), now())
$$;

CREATE FUNCTION "products"."record_change_of_offer"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "products"."record_offer_change"(NEW.id);
  RETURN NULL;
END $$;

CREATE FUNCTION "products"."record_change_of_product"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "products"."record_offer_change"(offer.id) FROM "products"."offer" WHERE offer.product_id = NEW.id;
  RETURN NULL;
END $$;

CREATE FUNCTION "products"."record_change_of_stock"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "products"."record_offer_change"(offer.id) FROM "products"."offer"
  WHERE offer.sku_id = NEW.sku_id AND offer.source = 'PLATFORM_SHOP';
  RETURN NULL;
END $$;

CREATE TRIGGER "offer_changed" AFTER UPDATE ON "products"."offer" FOR EACH ROW
  WHEN (OLD."price_amount" <> NEW."price_amount" OR OLD."list_price_amount" IS DISTINCT FROM NEW."list_price_amount")
  EXECUTE FUNCTION "products"."record_change_of_offer"();

CREATE TRIGGER "product_changed" AFTER UPDATE ON "products"."product" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status") EXECUTE FUNCTION "products"."record_change_of_product"();

-- Only when the last unit goes or the first one comes back: every order moves this row, and most moves change no page.
CREATE TRIGGER "sku_stock_changed" AFTER UPDATE ON "products"."sku_stock" FOR EACH ROW
  WHEN ((OLD."on_hand" > OLD."held") <> (NEW."on_hand" > NEW."held"))
  EXECUTE FUNCTION "products"."record_change_of_stock"();
