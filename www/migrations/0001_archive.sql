-- The archive of an account's messages. Times are in milliseconds since 1970, UTC. Costs are in millionths.
-- An index is a written row for each message, so each one names the queries that need it.

CREATE TABLE message (
  message_id INTEGER PRIMARY KEY,
  source TEXT,
  destination TEXT,
  -- "in", "out", or the API's word.
  direction TEXT,
  fragments INTEGER,
  cost INTEGER,
  -- 1 success, 2 error, 3 waiting, 0 anything else, see status_id.
  status INTEGER NOT NULL,
  -- The API's status id, if it is another one.
  status_id TEXT,
  error TEXT,
  -- The number in "Code = N" at the end of the error.
  error_code INTEGER,
  -- The processed date, or the start of the window for a message without one.
  at INTEGER NOT NULL,
  -- Whether `at` is the processed date.
  dated INTEGER NOT NULL,
  transaction_id INTEGER,
  text TEXT,
  win INTEGER NOT NULL,
  -- When the reading began that changed this row last. An older reading must not overwrite a newer one.
  read_at INTEGER NOT NULL,
  -- When a reading of the whole window no longer contained the message.
  gone_at INTEGER
) STRICT;

-- Newest messages, keyset pages, spans, sums of spans that are not whole days, retention. The columns behind `at` let counts and
-- offsets read the index alone.
CREATE INDEX message_at ON message (at, gone_at);

-- A sender's messages, and a conversation's sent half.
CREATE INDEX message_source ON message (source, at, gone_at);

-- A recipient's messages, and top recipients of sent messages.
CREATE INDEX message_destination ON message (destination, at, direction, gone_at);

-- Counts by window, for comparisons with the API.
CREATE INDEX message_win ON message (win, gone_at);

-- Failed and waiting messages, and error codes. Partial: most messages are successful.
CREATE INDEX message_status ON message (status, at, error_code, gone_at) WHERE status <> 1;

-- Messages that the API no longer has. Partial: they are rare.
CREATE INDEX message_gone ON message (gone_at) WHERE gone_at IS NOT NULL;

-- What a search reads. The words of numbers and errors take about 20 bytes a message.
CREATE VIRTUAL TABLE message_text USING fts5 (
  text, source, destination, error,
  content = 'message', content_rowid = 'message_id', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);

-- Deleted texts leave the index at once, not at a later merge.
INSERT INTO message_text (message_text, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER message_inserted AFTER INSERT ON message BEGIN
  INSERT INTO message_text (rowid, text, source, destination, error)
  VALUES (new.message_id, new.text, new.source, new.destination, new.error);
END;

CREATE TRIGGER message_deleted AFTER DELETE ON message BEGIN
  INSERT INTO message_text (message_text, rowid, text, source, destination, error)
  VALUES ('delete', old.message_id, old.text, old.source, old.destination, old.error);
END;

CREATE TRIGGER message_text_changed AFTER UPDATE OF text, error ON message
WHEN old.text IS NOT new.text OR old.error IS NOT new.error BEGIN
  INSERT INTO message_text (message_text, rowid, text, source, destination, error)
  VALUES ('delete', old.message_id, old.text, old.source, old.destination, old.error);
  INSERT INTO message_text (rowid, text, source, destination, error)
  VALUES (new.message_id, new.text, new.source, new.destination, new.error);
END;

-- Sums by UTC day. `source` is empty for received messages, whose senders are customers.
CREATE TABLE day (
  day INTEGER NOT NULL,
  direction TEXT NOT NULL,
  status INTEGER NOT NULL,
  source TEXT NOT NULL,
  count INTEGER NOT NULL,
  fragments INTEGER NOT NULL,
  cost INTEGER NOT NULL,
  PRIMARY KEY (day, direction, status, source)
) STRICT, WITHOUT ROWID;

-- Days whose sums are out of date, because a message moved to another day.
CREATE TABLE stale_day (day INTEGER PRIMARY KEY) STRICT;

CREATE TRIGGER message_moved AFTER UPDATE OF at ON message WHEN old.at / 86400000 <> new.at / 86400000 BEGIN
  -- Not OR IGNORE: an upsert's own conflict rule overrides it in triggers.
  INSERT INTO stale_day (day) SELECT old.at / 86400000
  WHERE NOT EXISTS (SELECT 1 FROM stale_day WHERE day = old.at / 86400000);
END;

-- Spans of time that are read as a whole. They do not overlap, leave no gap, and keep their bounds; only the last one grows.
CREATE TABLE win (
  id INTEGER PRIMARY KEY,
  -- The first and the last second.
  start INTEGER NOT NULL UNIQUE,
  stop INTEGER NOT NULL,
  -- planned: not read yet; exact: equal to the API; differs: not equal, see problem; expired: older than the retention.
  state TEXT NOT NULL,
  -- Whether all of it is to be read again.
  due INTEGER NOT NULL DEFAULT 0,
  -- The last second that was read, and when all of it was read last. Any attempt sets tried_at.
  read_to INTEGER,
  read_at INTEGER,
  tried_at INTEGER,
  -- Messages of the API (before the first reading an estimate), and those left out: of deleted persons, or expired.
  expected INTEGER NOT NULL,
  omitted INTEGER NOT NULL DEFAULT 0,
  -- The ids of its messages, which bound a search.
  min_id INTEGER,
  max_id INTEGER,
  problem TEXT
) STRICT;

-- One row: the state of the synchronization.
CREATE TABLE sync (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- The Workflow instance at work, and its last sign of life.
  instance TEXT,
  beat_at INTEGER NOT NULL DEFAULT 0,
  -- When a run last ended without an error.
  succeeded_at INTEGER,
  -- What it read from the API, and wrote.
  rows_read INTEGER,
  rows_written INTEGER,
  verified_at INTEGER,
  waiting_at INTEGER,
  error_kind TEXT,
  error TEXT,
  error_at INTEGER,
  -- A keyed hash that shows whether ARCHIVE_SECRET is still the one of the hashes in `forgotten`.
  secret_check TEXT
) STRICT;

INSERT INTO sync (id) VALUES (1);

-- Deleted persons: a keyed hash of the number. Their messages until that time are left out.
CREATE TABLE forgotten (hash TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
