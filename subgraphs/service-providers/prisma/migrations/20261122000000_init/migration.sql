-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "service_providers";

-- CreateEnum
CREATE TYPE "ServiceProviderKind" AS ENUM ('DP_AGENCY', 'ISV', 'AD_AGENCY');

-- CreateEnum
CREATE TYPE "ServiceAssignmentState" AS ENUM ('PROPOSED', 'ACTIVE', 'ENDED', 'DECLINED');

-- CreateEnum
CREATE TYPE "ServiceAssignmentProposer" AS ENUM ('PROVIDER', 'PLATFORM');

-- CreateTable
CREATE TABLE "service_provider" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "ServiceProviderKind" NOT NULL,
    "registered_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "service_provider_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_assignment" (
    "id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "provider_kind" "ServiceProviderKind" NOT NULL,
    "shop_id" TEXT NOT NULL,
    "scopes" TEXT[],
    "state" "ServiceAssignmentState" NOT NULL,
    "proposed_by" "ServiceAssignmentProposer" NOT NULL,
    "proposed_by_user_id" TEXT,
    "proposed_at" TIMESTAMPTZ(3) NOT NULL,
    "consented_by_user_id" TEXT,
    "consented_at" TIMESTAMPTZ(3),
    "active_from" TIMESTAMPTZ(3),
    "active_to" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "service_assignment_pkey" PRIMARY KEY ("id")
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
CREATE INDEX "service_provider_kind_id_idx" ON "service_provider"("kind", "id");

-- CreateIndex
CREATE UNIQUE INDEX "service_provider_kind_name_key" ON "service_provider"("kind", "name");

-- CreateIndex
CREATE UNIQUE INDEX "service_provider_id_kind_key" ON "service_provider"("id", "kind");

-- CreateIndex
CREATE INDEX "service_assignment_provider_id_proposed_at_id_idx" ON "service_assignment"("provider_id", "proposed_at", "id");

-- CreateIndex
CREATE INDEX "service_assignment_shop_id_proposed_at_id_idx" ON "service_assignment"("shop_id", "proposed_at", "id");

-- CreateIndex
CREATE INDEX "service_assignment_provider_id_state_shop_id_idx" ON "service_assignment"("provider_id", "state", "shop_id");

-- CreateIndex
CREATE INDEX "outbox_event_delivered_at_next_attempt_at_seq_idx" ON "outbox_event"("delivered_at", "next_attempt_at", "seq");

-- CreateIndex
CREATE INDEX "outbox_event_consumer_entity_id_seq_idx" ON "outbox_event"("consumer", "entity_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_event_id_consumer_key" ON "outbox_event"("id", "consumer");

-- AddForeignKey
ALTER TABLE "service_assignment" ADD CONSTRAINT "service_assignment_provider_id_provider_kind_fkey" FOREIGN KEY ("provider_id", "provider_kind") REFERENCES "service_provider"("id", "kind") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: at every instant a shop has at most one active provider of a kind, whatever the code does (C34).
CREATE UNIQUE INDEX "service_assignment_one_active_key" ON "service_assignment"("shop_id", "provider_kind") WHERE "state" = 'ACTIVE';

-- By hand: a provider has at most one open proposal to a shop.
CREATE UNIQUE INDEX "service_assignment_one_proposal_key" ON "service_assignment"("shop_id", "provider_id") WHERE "state" = 'PROPOSED';

-- By hand: what a state carries is there exactly in that state, and no assignment is active without the merchant's consent.
ALTER TABLE "service_assignment" ADD CONSTRAINT "service_assignment_state_times_check" CHECK (
    ("state" <> 'PROPOSED' OR ("consented_at" IS NULL AND "active_from" IS NULL AND "active_to" IS NULL AND "closed_at" IS NULL))
    AND ("state" <> 'ACTIVE' OR ("consented_at" IS NOT NULL AND "active_from" IS NOT NULL AND "active_to" IS NULL AND "closed_at" IS NULL))
    AND ("state" <> 'DECLINED' OR ("consented_at" IS NULL AND "active_from" IS NULL AND "active_to" IS NULL AND "closed_at" IS NOT NULL))
    AND ("state" <> 'ENDED' OR ("closed_at" IS NOT NULL AND ("active_from" IS NULL) = ("active_to" IS NULL)))
    AND ("active_to" IS NULL OR "active_to" >= "active_from")
);
