-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "products";

-- CreateEnum
CREATE TYPE "shop_type" AS ENUM ('FLAGSHIP', 'SPECIALTY', 'ORDINARY');

-- CreateEnum
CREATE TYPE "product_status" AS ENUM ('LISTED', 'UNLISTED', 'REMOVED');

-- CreateEnum
CREATE TYPE "offer_source" AS ENUM ('PLATFORM_SHOP', 'TAOBAO', 'TMALL', 'JD', 'OTHER');

-- CreateEnum
CREATE TYPE "stock_hold_state" AS ENUM ('HELD', 'COMMITTED', 'RELEASED', 'EXPIRED');

-- CreateEnum
CREATE TYPE "stock_reason" AS ENUM ('OPENING', 'RECEIPT', 'ADJUSTMENT', 'HOLD', 'COMMIT', 'RELEASE', 'EXPIRY', 'SALE', 'RETURN');

-- CreateTable
CREATE TABLE "merchant" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "merchant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop" (
    "id" TEXT NOT NULL,
    "merchant_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "type" "shop_type" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "shop_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "brand" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "brand_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "category" (
    "id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "parent_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "category_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "product" (
    "id" TEXT NOT NULL,
    "shop_id" TEXT NOT NULL,
    "brand_id" TEXT,
    "category_id" TEXT,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "tags" TEXT[],
    "keywords" TEXT NOT NULL,
    "status" "product_status" NOT NULL,
    "units_sold" BIGINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "search" tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', "title"), 'A') || setweight(to_tsvector('english', "title"), 'A') ||
        setweight(to_tsvector('simple', "keywords"), 'B') || setweight(to_tsvector('english', "keywords"), 'B') ||
        setweight(to_tsvector('english', "description"), 'C')
    ) STORED,

    CONSTRAINT "product_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sku" (
    "id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sku_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "offer" (
    "id" TEXT NOT NULL,
    "sku_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "shop_id" TEXT,
    "source" "offer_source" NOT NULL,
    "price_amount" BIGINT NOT NULL,
    "price_currency" TEXT NOT NULL,
    "list_price_amount" BIGINT,
    "external_url" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "offer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sku_stock" (
    "sku_id" TEXT NOT NULL,
    "on_hand" INTEGER NOT NULL,
    "held" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "sku_stock_pkey" PRIMARY KEY ("sku_id")
);

-- CreateTable
CREATE TABLE "stock_hold" (
    "id" TEXT NOT NULL,
    "state" "stock_hold_state" NOT NULL,
    "demands" JSONB NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "stock_hold_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stock_entry" (
    "reason" "stock_reason" NOT NULL,
    "id" TEXT NOT NULL,
    "deltas" JSONB NOT NULL,
    "note" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stock_entry_pkey" PRIMARY KEY ("reason","id")
);

-- CreateTable
CREATE TABLE "stock_movement" (
    "reason" "stock_reason" NOT NULL,
    "ref_id" TEXT NOT NULL,
    "sku_id" TEXT NOT NULL,
    "on_hand_delta" INTEGER NOT NULL,
    "held_delta" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stock_movement_pkey" PRIMARY KEY ("reason","ref_id","sku_id")
);

-- CreateTable
CREATE TABLE "outbox_event" (
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
CREATE TABLE "inbox_event" (
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "inbox_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_record" (
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
CREATE INDEX "shop_merchant_id_idx" ON "shop"("merchant_id");

-- CreateIndex
CREATE UNIQUE INDEX "category_code_key" ON "category"("code");

-- CreateIndex
CREATE INDEX "category_parent_id_name_id_idx" ON "category"("parent_id", "name", "id");

-- CreateIndex
CREATE INDEX "product_search_idx" ON "product" USING GIN ("search");

-- CreateIndex
CREATE INDEX "product_status_created_at_id_idx" ON "product"("status", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "product_shop_id_created_at_id_idx" ON "product"("shop_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "product_category_id_created_at_id_idx" ON "product"("category_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "product_brand_id_idx" ON "product"("brand_id");

-- CreateIndex
CREATE UNIQUE INDEX "sku_product_id_code_key" ON "sku"("product_id", "code");

-- CreateIndex
CREATE INDEX "offer_product_id_price_currency_price_amount_idx" ON "offer"("product_id", "price_currency", "price_amount");

-- CreateIndex
CREATE INDEX "offer_sku_id_idx" ON "offer"("sku_id");

-- CreateIndex
CREATE INDEX "offer_shop_id_idx" ON "offer"("shop_id");

-- CreateIndex
CREATE INDEX "stock_hold_state_expires_at_idx" ON "stock_hold"("state", "expires_at");

-- CreateIndex
CREATE INDEX "stock_movement_sku_id_created_at_idx" ON "stock_movement"("sku_id", "created_at");

-- CreateIndex
CREATE INDEX "outbox_event_delivered_at_next_attempt_at_seq_idx" ON "outbox_event"("delivered_at", "next_attempt_at", "seq");

-- CreateIndex
CREATE INDEX "outbox_event_consumer_entity_id_seq_idx" ON "outbox_event"("consumer", "entity_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_event_id_consumer_key" ON "outbox_event"("id", "consumer");

-- AddForeignKey
ALTER TABLE "shop" ADD CONSTRAINT "shop_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchant"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "category" ADD CONSTRAINT "category_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "category"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "product" ADD CONSTRAINT "product_shop_id_fkey" FOREIGN KEY ("shop_id") REFERENCES "shop"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "product" ADD CONSTRAINT "product_brand_id_fkey" FOREIGN KEY ("brand_id") REFERENCES "brand"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "product" ADD CONSTRAINT "product_category_id_fkey" FOREIGN KEY ("category_id") REFERENCES "category"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "sku" ADD CONSTRAINT "sku_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "offer" ADD CONSTRAINT "offer_sku_id_fkey" FOREIGN KEY ("sku_id") REFERENCES "sku"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "offer" ADD CONSTRAINT "offer_product_id_fkey" FOREIGN KEY ("product_id") REFERENCES "product"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "offer" ADD CONSTRAINT "offer_shop_id_fkey" FOREIGN KEY ("shop_id") REFERENCES "shop"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "sku_stock" ADD CONSTRAINT "sku_stock_sku_id_fkey" FOREIGN KEY ("sku_id") REFERENCES "sku"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- Written by hand from here on: what Prisma's schema language can't say.

-- Stock is never negative and never promised twice, whatever a statement tries.
ALTER TABLE "sku_stock" ADD CONSTRAINT "sku_stock_never_oversold" CHECK ("held" >= 0 AND "on_hand" >= "held");

-- A page of a hot row's versions has room for the next one, so an update touches no index.
ALTER TABLE "sku_stock" SET (fillfactor = 70);

-- A platform-shop offer belongs to its shop and is bought in the app; any other one leads to a safe address elsewhere.
ALTER TABLE "offer" ADD CONSTRAINT "offer_belongs_to_its_source" CHECK (
    CASE WHEN "source" = 'PLATFORM_SHOP' THEN "shop_id" IS NOT NULL AND "external_url" IS NULL
    ELSE "shop_id" IS NULL AND "external_url" LIKE 'https://_%' END
);
ALTER TABLE "offer" ADD CONSTRAINT "offer_price_is_positive" CHECK ("price_amount" > 0 AND "list_price_amount" >= "price_amount");
ALTER TABLE "offer" ADD CONSTRAINT "offer_price_has_a_currency" CHECK ("price_currency" ~ '^[A-Z]{3}$');

-- The ledger is insert-only: a correction is a new movement.
CREATE FUNCTION "refuse_to_change_a_movement"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'stock_movement is a ledger: rows are only ever inserted';
END $$;
CREATE TRIGGER "stock_movement_is_insert_only" BEFORE UPDATE OR DELETE ON "stock_movement"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_to_change_a_movement"();
