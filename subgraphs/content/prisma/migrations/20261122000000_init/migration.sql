-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "content";

-- CreateEnum
CREATE TYPE "LiveRoomKind" AS ENUM ('CREATOR', 'SELF_BROADCAST');

-- CreateEnum
CREATE TYPE "LiveRoomStatus" AS ENUM ('SCHEDULED', 'LIVE', 'ENDED');

-- CreateEnum
CREATE TYPE "OfferSource" AS ENUM ('PLATFORM_SHOP', 'TAOBAO', 'TMALL', 'JD', 'OTHER');

-- CreateTable
CREATE TABLE "short_video" (
    "id" TEXT NOT NULL,
    "creator_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "duration_seconds" INTEGER NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL,
    "like_count" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "short_video_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "short_video_item" (
    "id" TEXT NOT NULL,
    "short_video_id" TEXT NOT NULL,
    "offer_id" TEXT NOT NULL,
    "source" "OfferSource" NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "short_video_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "short_video_like" (
    "short_video_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "liked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "short_video_like_pkey" PRIMARY KEY ("short_video_id","user_id")
);

-- CreateTable
CREATE TABLE "live_room" (
    "id" TEXT NOT NULL,
    "kind" "LiveRoomKind" NOT NULL,
    "status" "LiveRoomStatus" NOT NULL,
    "title" TEXT NOT NULL,
    "creator_id" TEXT,
    "shop_id" TEXT,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "live_room_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "live_room_item" (
    "id" TEXT NOT NULL,
    "live_room_id" TEXT NOT NULL,
    "offer_id" TEXT NOT NULL,
    "source" "OfferSource" NOT NULL,
    "position" INTEGER NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "live_room_item_pkey" PRIMARY KEY ("id")
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
CREATE INDEX "short_video_published_at_id_idx" ON "short_video"("published_at", "id");

-- CreateIndex
CREATE INDEX "short_video_creator_id_published_at_id_idx" ON "short_video"("creator_id", "published_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "short_video_item_short_video_id_position_key" ON "short_video_item"("short_video_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "short_video_item_short_video_id_offer_id_key" ON "short_video_item"("short_video_id", "offer_id");

-- CreateIndex
CREATE INDEX "live_room_starts_at_id_idx" ON "live_room"("starts_at", "id");

-- CreateIndex
CREATE INDEX "live_room_status_starts_at_id_idx" ON "live_room"("status", "starts_at", "id");

-- CreateIndex
CREATE INDEX "live_room_creator_id_starts_at_id_idx" ON "live_room"("creator_id", "starts_at", "id");

-- CreateIndex
CREATE INDEX "live_room_shop_id_starts_at_id_idx" ON "live_room"("shop_id", "starts_at", "id");

-- CreateIndex
CREATE INDEX "live_room_status_started_at_id_idx" ON "live_room"("status", "started_at", "id");

-- By hand: Prisma writes a plain unique index, which is checked row by row, so that moving several items in one
-- statement would fail halfway. A deferrable constraint is checked at the end of the statement.
ALTER TABLE "live_room_item" ADD CONSTRAINT "live_room_item_live_room_id_position_key" UNIQUE ("live_room_id", "position") DEFERRABLE INITIALLY IMMEDIATE;

-- CreateIndex
CREATE UNIQUE INDEX "live_room_item_live_room_id_offer_id_key" ON "live_room_item"("live_room_id", "offer_id");

-- CreateIndex
CREATE INDEX "outbox_event_delivered_at_next_attempt_at_seq_idx" ON "outbox_event"("delivered_at", "next_attempt_at", "seq");

-- CreateIndex
CREATE INDEX "outbox_event_consumer_entity_id_seq_idx" ON "outbox_event"("consumer", "entity_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "outbox_event_id_consumer_key" ON "outbox_event"("id", "consumer");

-- AddForeignKey
ALTER TABLE "short_video_item" ADD CONSTRAINT "short_video_item_short_video_id_fkey" FOREIGN KEY ("short_video_id") REFERENCES "short_video"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "short_video_like" ADD CONSTRAINT "short_video_like_short_video_id_fkey" FOREIGN KEY ("short_video_id") REFERENCES "short_video"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "live_room_item" ADD CONSTRAINT "live_room_item_live_room_id_fkey" FOREIGN KEY ("live_room_id") REFERENCES "live_room"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- By hand: what a state carries is there exactly in that state, whoever writes the row.
ALTER TABLE "live_room" ADD CONSTRAINT "live_room_status_times_check" CHECK (
    ("status" <> 'SCHEDULED' OR ("started_at" IS NULL AND "ended_at" IS NULL))
    AND ("status" <> 'LIVE' OR ("started_at" IS NOT NULL AND "ended_at" IS NULL))
    AND ("status" <> 'ENDED' OR "ended_at" IS NOT NULL)
);
ALTER TABLE "live_room" ADD CONSTRAINT "live_room_owner_check" CHECK (
    ("kind" = 'CREATOR' AND "creator_id" IS NOT NULL)
    OR ("kind" = 'SELF_BROADCAST' AND "shop_id" IS NOT NULL)
);
ALTER TABLE "live_room_item" ADD CONSTRAINT "live_room_item_position_check" CHECK ("position" >= 1);
ALTER TABLE "short_video_item" ADD CONSTRAINT "short_video_item_position_check" CHECK ("position" >= 1);
ALTER TABLE "short_video" ADD CONSTRAINT "short_video_like_count_check" CHECK ("like_count" >= 0);
