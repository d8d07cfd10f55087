-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "creators";

-- CreateEnum
CREATE TYPE "organization_kind" AS ENUM ('MCN', 'AGENCY');

-- CreateEnum
CREATE TYPE "plan_kind" AS ENUM ('ORDINARY');

-- CreateEnum
CREATE TYPE "plan_state" AS ENUM ('ACTIVE', 'ENDED');

-- CreateEnum
CREATE TYPE "product_status" AS ENUM ('LISTED', 'UNLISTED', 'REMOVED');

-- CreateEnum
CREATE TYPE "commission_state" AS ENUM ('ESTIMATED', 'CONFIRMED', 'REFUNDED');

-- CreateEnum
CREATE TYPE "rate_source" AS ENUM ('SHOWCASE_LOCK', 'PLAN_RATE');

-- CreateEnum
CREATE TYPE "entry_kind" AS ENUM ('ATTRIBUTED', 'REFUNDED', 'CONFIRMED');

-- CreateTable
CREATE TABLE "creator_organization" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "organization_kind" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "creator_organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "creator" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "organization_id" TEXT,
    "showcase" BOOLEAN NOT NULL DEFAULT false,
    "live_selling" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "creator_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "affiliate_plan" (
    "id" TEXT NOT NULL,
    "kind" "plan_kind" NOT NULL,
    "product_id" TEXT NOT NULL,
    "shop_id" TEXT NOT NULL,
    "state" "plan_state" NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "affiliate_plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "affiliate_plan_rate" (
    "plan_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "rate_bps" INTEGER NOT NULL,
    "effective_from" TIMESTAMPTZ(3) NOT NULL,
    "decided_by" TEXT NOT NULL,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "affiliate_plan_rate_pkey" PRIMARY KEY ("plan_id","version")
);

-- CreateTable
CREATE TABLE "showcase_item" (
    "id" TEXT NOT NULL,
    "creator_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "plan_id" TEXT NOT NULL,
    "rate_version" INTEGER NOT NULL,
    "locked_rate_bps" INTEGER NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "showcase_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "affiliate_product" (
    "product_id" TEXT NOT NULL,
    "shop_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "category_id" TEXT,
    "status" "product_status" NOT NULL,
    "amount" BIGINT,
    "currency" TEXT,
    "search" tsvector NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,
    "plan_id" TEXT,
    "rate_bps" INTEGER,
    "commission" BIGINT,
    "enrolled_at" TIMESTAMPTZ(3),
    "in_pool" BOOLEAN NOT NULL DEFAULT false,
    "next_change_at" TIMESTAMPTZ(3),

    CONSTRAINT "affiliate_product_pkey" PRIMARY KEY ("product_id")
);

-- CreateTable
CREATE TABLE "commission" (
    "id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "order_line_id" TEXT NOT NULL,
    "creator_id" TEXT NOT NULL,
    "shop_id" TEXT NOT NULL,
    "product_id" TEXT NOT NULL,
    "plan_id" TEXT NOT NULL,
    "rate_bps" INTEGER NOT NULL,
    "rate_version" INTEGER NOT NULL,
    "rate_source" "rate_source" NOT NULL,
    "showcase_item_id" TEXT,
    "currency" TEXT NOT NULL,
    "paid" BIGINT NOT NULL,
    "refunded" BIGINT NOT NULL,
    "base" BIGINT NOT NULL,
    "estimated" BIGINT NOT NULL,
    "state" "commission_state" NOT NULL,
    "paid_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "commission_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "commission_entry" (
    "id" TEXT NOT NULL,
    "commission_id" TEXT NOT NULL,
    "kind" "entry_kind" NOT NULL,
    "source_id" TEXT NOT NULL,
    "base" BIGINT NOT NULL,
    "estimated" BIGINT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "commission_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_refund_line" (
    "case_id" TEXT NOT NULL,
    "order_line_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "refunded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_refund_line_pkey" PRIMARY KEY ("case_id","order_line_id")
);

-- CreateTable
CREATE TABLE "order_completion" (
    "order_id" TEXT NOT NULL,
    "completed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_completion_pkey" PRIMARY KEY ("order_id")
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
CREATE UNIQUE INDEX "creator_user_id_key" ON "creator"("user_id");

-- CreateIndex
CREATE INDEX "creator_organization_id_id_idx" ON "creator"("organization_id", "id");

-- CreateIndex
CREATE INDEX "affiliate_plan_product_id_starts_at_idx" ON "affiliate_plan"("product_id", "starts_at");

-- CreateIndex
CREATE INDEX "affiliate_plan_state_ends_at_idx" ON "affiliate_plan"("state", "ends_at");

-- CreateIndex
CREATE INDEX "showcase_item_creator_id_id_idx" ON "showcase_item"("creator_id", "id");

-- CreateIndex
CREATE INDEX "showcase_item_creator_id_product_id_added_at_idx" ON "showcase_item"("creator_id", "product_id", "added_at");

-- CreateIndex
CREATE INDEX "showcase_item_plan_id_idx" ON "showcase_item"("plan_id");

-- CreateIndex
CREATE INDEX "affiliate_product_search_idx" ON "affiliate_product" USING GIN ("search");

-- CreateIndex
CREATE INDEX "affiliate_product_next_change_at_idx" ON "affiliate_product"("next_change_at");

-- CreateIndex
CREATE UNIQUE INDEX "commission_order_line_id_key" ON "commission"("order_line_id");

-- CreateIndex
CREATE INDEX "commission_order_id_idx" ON "commission"("order_id");

-- CreateIndex
CREATE INDEX "commission_creator_id_id_idx" ON "commission"("creator_id", "id");

-- CreateIndex
CREATE INDEX "commission_shop_id_id_idx" ON "commission"("shop_id", "id");

-- CreateIndex
CREATE INDEX "commission_plan_id_idx" ON "commission"("plan_id");

-- CreateIndex
CREATE INDEX "commission_entry_commission_id_id_idx" ON "commission_entry"("commission_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "commission_entry_commission_id_kind_source_id_key" ON "commission_entry"("commission_id", "kind", "source_id");

-- CreateIndex
CREATE INDEX "order_refund_line_order_id_idx" ON "order_refund_line"("order_id");

-- CreateIndex
CREATE INDEX "outbox_event_delivered_at_next_attempt_at_seq_idx" ON "outbox_event"("delivered_at", "next_attempt_at", "seq");

-- CreateIndex
CREATE INDEX "outbox_event_consumer_entity_id_seq_idx" ON "outbox_event"("consumer", "entity_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_event_id_consumer_key" ON "outbox_event"("id", "consumer");

-- AddForeignKey
ALTER TABLE "creator" ADD CONSTRAINT "creator_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "creator_organization"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "affiliate_plan_rate" ADD CONSTRAINT "affiliate_plan_rate_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "affiliate_plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "showcase_item" ADD CONSTRAINT "showcase_item_creator_id_fkey" FOREIGN KEY ("creator_id") REFERENCES "creator"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "showcase_item" ADD CONSTRAINT "showcase_item_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "affiliate_plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "commission" ADD CONSTRAINT "commission_creator_id_fkey" FOREIGN KEY ("creator_id") REFERENCES "creator"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "commission" ADD CONSTRAINT "commission_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "affiliate_plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "commission_entry" ADD CONSTRAINT "commission_entry_commission_id_fkey" FOREIGN KEY ("commission_id") REFERENCES "commission"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What follows is by hand: Prisma's schema language has no word for it.

-- At most one ordinary plan of a product that has not ended, whoever asks at the same time.
CREATE UNIQUE INDEX "affiliate_plan_one_active_ordinary" ON "affiliate_plan"("product_id") WHERE "kind" = 'ORDINARY' AND "state" = 'ACTIVE';

-- A product stands in a creator's showcase once.
CREATE UNIQUE INDEX "showcase_item_once" ON "showcase_item"("creator_id", "product_id") WHERE "removed_at" IS NULL;

-- The pages of a creator's showcase.
CREATE INDEX "showcase_item_page" ON "showcase_item"("creator_id", "id") WHERE "removed_at" IS NULL;

-- One index a sort order of the selection pool; each is read in both directions.
CREATE INDEX "affiliate_product_newest" ON "affiliate_product"("enrolled_at", "product_id") WHERE "in_pool";
CREATE INDEX "affiliate_product_rate" ON "affiliate_product"("rate_bps", "product_id") WHERE "in_pool";
CREATE INDEX "affiliate_product_commission" ON "affiliate_product"("currency", "commission", "product_id") WHERE "in_pool";
CREATE INDEX "affiliate_product_price" ON "affiliate_product"("currency", "amount", "product_id") WHERE "in_pool";
CREATE INDEX "affiliate_product_shop" ON "affiliate_product"("shop_id", "product_id") WHERE "in_pool";
CREATE INDEX "affiliate_product_category" ON "affiliate_product"("category_id", "product_id") WHERE "in_pool";

-- The platform's highest rate is 90 %.
ALTER TABLE "affiliate_plan_rate" ADD CONSTRAINT "affiliate_plan_rate_bps_range" CHECK ("rate_bps" BETWEEN 0 AND 9000);

-- A commission is never negative and never of more than was paid.
ALTER TABLE "commission" ADD CONSTRAINT "commission_amounts" CHECK ("base" >= 0 AND "base" <= "paid" AND "estimated" >= 0 AND "estimated" <= "base" AND "refunded" >= 0);

-- A row that is in the pool has all that a page of it shows.
ALTER TABLE "affiliate_product" ADD CONSTRAINT "affiliate_product_in_pool" CHECK (NOT "in_pool" OR ("plan_id" IS NOT NULL AND "rate_bps" IS NOT NULL AND "amount" IS NOT NULL AND "currency" IS NOT NULL AND "commission" IS NOT NULL AND "enrolled_at" IS NOT NULL AND "status" = 'LISTED'));

-- Rates and ledger entries are only ever inserted: that is what makes a locked rate and a commission provable.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER "affiliate_plan_rate_insert_only" BEFORE UPDATE OR DELETE ON "affiliate_plan_rate" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "commission_entry_insert_only" BEFORE UPDATE OR DELETE ON "commission_entry" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
