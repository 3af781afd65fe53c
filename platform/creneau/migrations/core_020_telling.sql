-- What a message about the waiting list is about, so that it can be sent again: an offer, or a place
-- in line. Receipts from before keep none, and are deleted after thirty days.
ALTER TABLE message ADD COLUMN about_id uuid;
COMMENT ON COLUMN message.about_id IS 'waiting_offer: the offer; waiting_joined: the place in line';
