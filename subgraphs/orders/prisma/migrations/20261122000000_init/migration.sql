-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "orders";

-- CreateTable
CREATE TABLE "orders"."buyer" (
    "id" TEXT NOT NULL,
    "country" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "buyer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "orders"."cart_item" (
    "id" TEXT NOT NULL,
    "buyer_id" TEXT NOT NULL,
    "offer_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "entry" TEXT NOT NULL,
    "discovery_mode" TEXT NOT NULL,
    "content_kind" TEXT,
    "content_id" TEXT,
    "creator_id" TEXT,
    "added_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cart_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "orders"."checkout" (
    "id" TEXT NOT NULL,
    "buyer_id" TEXT NOT NULL,
    "shop_id" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "total" BIGINT NOT NULL,
    "lines" JSONB NOT NULL,
    "attribution" JSONB NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "checkout_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "orders"."customer_order" (
    "id" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "buyer_id" TEXT NOT NULL,
    "shop_id" TEXT NOT NULL,
    "checkout_id" TEXT,
    "idempotency_key" TEXT,
    "input_hash" TEXT,
    "state" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "total" BIGINT NOT NULL,
    "refunded_total" BIGINT NOT NULL DEFAULT 0,
    "open_cases" INTEGER NOT NULL DEFAULT 0,
    "entry" TEXT,
    "discovery_mode" TEXT,
    "content_kind" TEXT,
    "content_id" TEXT,
    "creator_id" TEXT,
    "shipping_address" JSONB,
    "refusal" JSONB,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "paid_at" TIMESTAMPTZ(3),
    "shipped_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),
    "cancelled_at" TIMESTAMPTZ(3),
    "hold_expires_at" TIMESTAMPTZ(3),
    "lease_owner" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "import_id" TEXT,

    CONSTRAINT "customer_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "orders"."order_line" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "offer_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "sku_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "sku_name" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "unit_amount" BIGINT NOT NULL,
    "amount" BIGINT NOT NULL,
    "claimed_quantity" INTEGER NOT NULL DEFAULT 0,
    "refunded_quantity" INTEGER NOT NULL DEFAULT 0,
    "refunded_amount" BIGINT NOT NULL DEFAULT 0,
    "entry" TEXT,
    "discovery_mode" TEXT,
    "content_kind" TEXT,
    "content_id" TEXT,
    "creator_id" TEXT,

    CONSTRAINT "order_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "orders"."payment" (
    "order_id" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "refunded_amount" BIGINT NOT NULL DEFAULT 0,
    "charge_id" TEXT,
    "decline_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "authorized_at" TIMESTAMPTZ(3),
    "captured_at" TIMESTAMPTZ(3),

    CONSTRAINT "payment_pkey" PRIMARY KEY ("order_id")
);

-- CreateTable
CREATE TABLE "orders"."payment_notice" (
    "id" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "payment_notice_pkey" PRIMARY KEY ("provider","id")
);

-- CreateTable
CREATE TABLE "orders"."shipment" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "waybill" TEXT,
    "state" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "shipment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "orders"."shipment_event" (
    "shipment_id" TEXT NOT NULL,
    "carrier_event_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "location" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shipment_event_pkey" PRIMARY KEY ("shipment_id","carrier_event_id")
);

-- CreateTable
CREATE TABLE "orders"."after_sale_case" (
    "id" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "buyer_id" TEXT NOT NULL,
    "shop_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "decision_reason" TEXT,
    "restock" BOOLEAN NOT NULL DEFAULT false,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "idempotency_key" TEXT,
    "input_hash" TEXT,
    "decision_key" TEXT,
    "return_key" TEXT,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),
    "returned_at" TIMESTAMPTZ(3),
    "refunded_at" TIMESTAMPTZ(3),
    "lease_owner" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "import_id" TEXT,

    CONSTRAINT "after_sale_case_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "orders"."after_sale_line" (
    "case_id" TEXT NOT NULL,
    "order_line_id" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "amount" BIGINT NOT NULL,

    CONSTRAINT "after_sale_line_pkey" PRIMARY KEY ("case_id","order_line_id")
);

-- CreateTable
CREATE TABLE "orders"."external_conversion" (
    "id" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "external_order_id" TEXT NOT NULL,
    "live_room_id" TEXT NOT NULL,
    "offer_id" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "paid_at" TIMESTAMPTZ(3) NOT NULL,
    "reported_by" TEXT NOT NULL,
    "reported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "external_conversion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "orders"."sandbox_charge" (
    "reference" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "charge_id" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "authorize_calls" INTEGER NOT NULL DEFAULT 1,
    "capture_calls" INTEGER NOT NULL DEFAULT 0,
    "captures" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "captured_at" TIMESTAMPTZ(3),

    CONSTRAINT "sandbox_charge_pkey" PRIMARY KEY ("reference")
);

-- CreateTable
CREATE TABLE "orders"."sandbox_refund" (
    "refund_reference" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "refund_id" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sandbox_refund_pkey" PRIMARY KEY ("refund_reference")
);

-- CreateTable
CREATE TABLE "orders"."outbox_event" (
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "consumer" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "entity_id" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_event_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "orders"."inbox_event" (
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "inbox_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "orders"."idempotency_record" (
    "viewer_id" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "entity_id" TEXT NOT NULL,
    "result" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_record_pkey" PRIMARY KEY ("viewer_id","operation","key")
);

-- CreateIndex
CREATE INDEX "cart_item_buyer_id_added_at_idx" ON "orders"."cart_item"("buyer_id", "added_at");

-- CreateIndex
CREATE UNIQUE INDEX "checkout_buyer_id_idempotency_key_key" ON "orders"."checkout"("buyer_id", "idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "customer_order_checkout_id_key" ON "orders"."customer_order"("checkout_id");

-- CreateIndex
CREATE INDEX "customer_order_buyer_id_placed_at_id_idx" ON "orders"."customer_order"("buyer_id", "placed_at", "id");

-- CreateIndex
CREATE INDEX "customer_order_shop_id_placed_at_id_idx" ON "orders"."customer_order"("shop_id", "placed_at", "id");

-- CreateIndex
CREATE INDEX "customer_order_import_id_idx" ON "orders"."customer_order"("import_id");

-- CreateIndex
CREATE UNIQUE INDEX "customer_order_buyer_id_idempotency_key_key" ON "orders"."customer_order"("buyer_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "order_line_order_id_position_idx" ON "orders"."order_line"("order_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "shipment_order_id_key" ON "orders"."shipment"("order_id");

-- CreateIndex
CREATE UNIQUE INDEX "shipment_carrier_waybill_key" ON "orders"."shipment"("carrier", "waybill");

-- CreateIndex
CREATE INDEX "after_sale_case_order_id_idx" ON "orders"."after_sale_case"("order_id");

-- CreateIndex
CREATE INDEX "after_sale_case_import_id_idx" ON "orders"."after_sale_case"("import_id");

-- CreateIndex
CREATE UNIQUE INDEX "after_sale_case_buyer_id_idempotency_key_key" ON "orders"."after_sale_case"("buyer_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "external_conversion_live_room_id_currency_idx" ON "orders"."external_conversion"("live_room_id", "currency");

-- CreateIndex
CREATE UNIQUE INDEX "external_conversion_source_external_order_id_key" ON "orders"."external_conversion"("source", "external_order_id");

-- CreateIndex
CREATE INDEX "sandbox_refund_reference_idx" ON "orders"."sandbox_refund"("reference");

-- CreateIndex
CREATE INDEX "outbox_event_delivered_at_next_attempt_at_seq_idx" ON "orders"."outbox_event"("delivered_at", "next_attempt_at", "seq");

-- CreateIndex
CREATE INDEX "outbox_event_consumer_entity_id_seq_idx" ON "orders"."outbox_event"("consumer", "entity_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_event_id_consumer_key" ON "orders"."outbox_event"("id", "consumer");

-- AddForeignKey
ALTER TABLE "orders"."order_line" ADD CONSTRAINT "order_line_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"."customer_order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "orders"."payment" ADD CONSTRAINT "payment_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"."customer_order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "orders"."shipment" ADD CONSTRAINT "shipment_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"."customer_order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "orders"."shipment_event" ADD CONSTRAINT "shipment_event_shipment_id_fkey" FOREIGN KEY ("shipment_id") REFERENCES "orders"."shipment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "orders"."after_sale_case" ADD CONSTRAINT "after_sale_case_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "orders"."customer_order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "orders"."after_sale_line" ADD CONSTRAINT "after_sale_line_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "orders"."after_sale_case"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



-- What Prisma's schema language can't say, added by hand.

-- Human order and case numbers. Gaps are fine; two of the same are not.
CREATE SEQUENCE "orders"."order_number";
CREATE SEQUENCE "orders"."case_number";

-- The same offer from the same place is one line of the cart; "no content" counts as a place.
CREATE UNIQUE INDEX "cart_item_origin_key" ON "orders"."cart_item" ("buyer_id", "offer_id", "entry", "content_id", "creator_id") NULLS NOT DISTINCT;

-- Orders and cases whose flow isn't at its end: what the resume jobs look for.
CREATE INDEX "customer_order_due_idx" ON "orders"."customer_order" ("next_attempt_at") WHERE "step" <> 'DONE';
CREATE INDEX "after_sale_case_due_idx" ON "orders"."after_sale_case" ("next_attempt_at") WHERE "step" NOT IN ('DONE', 'WAIT');

-- Paid orders by discovery mode of a shop, and paid lines by the live room that sold them.
CREATE INDEX "customer_order_discovery_idx" ON "orders"."customer_order" ("shop_id", "discovery_mode") WHERE "paid_at" IS NOT NULL;
CREATE INDEX "order_line_content_idx" ON "orders"."order_line" ("content_id") WHERE "content_id" IS NOT NULL;

-- Money and units never run past what was bought, whatever the code believes. A statement that would is refused as a whole.
ALTER TABLE "orders"."cart_item" ADD CONSTRAINT "cart_item_quantity_check" CHECK ("quantity" > 0);
ALTER TABLE "orders"."order_line" ADD CONSTRAINT "order_line_units_check" CHECK ("refunded_quantity" >= 0 AND "refunded_quantity" <= "claimed_quantity" AND "claimed_quantity" <= "quantity");
ALTER TABLE "orders"."order_line" ADD CONSTRAINT "order_line_amount_check" CHECK ("amount" >= 0 AND "refunded_amount" >= 0 AND "refunded_amount" <= "amount");
ALTER TABLE "orders"."customer_order" ADD CONSTRAINT "customer_order_refund_check" CHECK ("refunded_total" >= 0 AND "refunded_total" <= "total" AND "open_cases" >= 0);
ALTER TABLE "orders"."payment" ADD CONSTRAINT "payment_refund_check" CHECK ("refunded_amount" >= 0 AND "refunded_amount" <= "amount");
ALTER TABLE "orders"."sandbox_charge" ADD CONSTRAINT "sandbox_charge_captured_once_check" CHECK ("captures" <= 1);
