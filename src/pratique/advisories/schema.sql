-- One file, replaced as a whole by every update and opened read-only and immutable by every scan.
-- Bodies are MessagePack of the records named beside them (pratique.records.advisory).

PRAGMA application_id = 0x50524151;
PRAGMA user_version = 1;

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- What was fetched: one row for each ecosystem of OSV without release, and for KEV and EPSS.
CREATE TABLE feed (
    number INTEGER PRIMARY KEY,
    ecosystem TEXT NOT NULL UNIQUE,
    count INTEGER NOT NULL,
    newest TEXT NOT NULL,
    fetched TEXT NOT NULL,
    source TEXT NOT NULL,     -- address or folder
    etag TEXT NOT NULL,       -- of the listing (of the feed itself for KEV and EPSS)
    listed TEXT NOT NULL,     -- SHA-256 of the listing as it was read
    state TEXT NOT NULL,      -- SHA-256 of what is held
    listing BLOB NOT NULL     -- what is held, deflated: modified_id.csv, withdrawn records included
);

-- Ecosystems with release: `Debian:12`.
CREATE TABLE ecosystem (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    feed INTEGER NOT NULL
);

CREATE TABLE affected (
    ecosystem INTEGER NOT NULL,
    name TEXT NOT NULL,       -- normalised
    advisory TEXT NOT NULL,
    body BLOB NOT NULL,       -- (ranges, versions, urgency)
    PRIMARY KEY (ecosystem, name, advisory)
) WITHOUT ROWID;

CREATE TABLE advisory (
    id TEXT NOT NULL,
    feed INTEGER NOT NULL,    -- a record that names packages of two feeds is held twice
    body BLOB NOT NULL,       -- Advisory
    PRIMARY KEY (id, feed)
) WITHOUT ROWID;

-- Severities by every name of the vulnerability, for records that have none of their own.
CREATE TABLE rated (
    name TEXT NOT NULL,
    advisory TEXT NOT NULL,
    feed INTEGER NOT NULL,
    body BLOB NOT NULL,       -- Severity
    PRIMARY KEY (name, advisory, feed)
) WITHOUT ROWID;

CREATE TABLE exploited (
    cve TEXT PRIMARY KEY,
    added TEXT NOT NULL,
    due TEXT NOT NULL,
    ransomware INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE epss (
    cve TEXT PRIMARY KEY,
    score REAL NOT NULL,
    percentile REAL NOT NULL
) WITHOUT ROWID;
