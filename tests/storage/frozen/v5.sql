-- A bank as schema 5 wrote it. Never changed: later versions must be able to open it.
BEGIN;
CREATE VIRTUAL TABLE words USING fts5(
        content, content='messages', content_rowid='row',
        tokenize='unicode61 remove_diacritics 2'
    );
CREATE TABLE meta (key PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
CREATE TABLE chats (
        row INTEGER PRIMARY KEY,
        id UNIQUE NOT NULL,
        family INTEGER NOT NULL,
        title NOT NULL,
        revision INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        seen_at INTEGER NOT NULL
    );
CREATE TABLE chat_names (
        host NOT NULL,
        name NOT NULL,
        chat INTEGER NOT NULL REFERENCES chats(row),
        PRIMARY KEY (host, name)
    );
CREATE TABLE messages (
        row INTEGER PRIMARY KEY,
        id UNIQUE NOT NULL,
        role TEXT NOT NULL,
        name NOT NULL,
        said_at INTEGER,
        seen_at INTEGER NOT NULL,
        present TEXT NOT NULL,
        digest BLOB NOT NULL,
        content NOT NULL
    );
CREATE TABLE lexicon (
        message INTEGER PRIMARY KEY REFERENCES messages(row),
        question INTEGER NOT NULL,
        terms BLOB NOT NULL
    );
CREATE TABLE places (
        chat INTEGER NOT NULL REFERENCES chats(row),
        position INTEGER NOT NULL,
        message INTEGER NOT NULL REFERENCES messages(row),
        hidden INTEGER NOT NULL,
        provisional INTEGER NOT NULL,
        host_id,
        PRIMARY KEY (chat, position)
    ) WITHOUT ROWID;
CREATE TABLE visits (
        chat INTEGER NOT NULL REFERENCES chats(row),
        digest BLOB NOT NULL,
        message INTEGER NOT NULL REFERENCES messages(row),
        PRIMARY KEY (chat, digest, message)
    ) WITHOUT ROWID;
CREATE TABLE models (
        row INTEGER PRIMARY KEY,
        name NOT NULL,
        dimension INTEGER NOT NULL,
        fingerprint NOT NULL,
        recipe INTEGER NOT NULL,
        folder TEXT NOT NULL,
        flushed INTEGER NOT NULL DEFAULT 0,
        generation INTEGER NOT NULL DEFAULT 0,
        UNIQUE (name, dimension, fingerprint, recipe)
    );
CREATE TABLE vectors (
        model INTEGER NOT NULL REFERENCES models(row),
        number INTEGER NOT NULL,
        key BLOB NOT NULL,
        PRIMARY KEY (model, number),
        UNIQUE (model, key)
    ) WITHOUT ROWID;
CREATE TABLE waiting (
        model INTEGER NOT NULL REFERENCES models(row),
        number INTEGER NOT NULL,
        vector BLOB NOT NULL,
        PRIMARY KEY (model, number)
    );
CREATE TABLE links (
        number INTEGER PRIMARY KEY,
        model INTEGER NOT NULL REFERENCES models(row),
        message INTEGER NOT NULL REFERENCES messages(row),
        left_message INTEGER NOT NULL,
        right_message INTEGER NOT NULL,
        vector INTEGER NOT NULL,
        UNIQUE (model, message, left_message, right_message)
    );
CREATE TABLE hand (
        row INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        key NOT NULL,
        content,
        pinned INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        deleted_at INTEGER, hidden INTEGER NOT NULL DEFAULT 0, tags,
        UNIQUE (kind, key)
    );
CREATE TABLE summaries (
    row INTEGER PRIMARY KEY,
    key BLOB NOT NULL,
    maker TEXT NOT NULL,
    tier TEXT NOT NULL,
    chat INTEGER NOT NULL REFERENCES chats(row),
    first INTEGER NOT NULL REFERENCES messages(row),
    last INTEGER NOT NULL REFERENCES messages(row),
    messages BLOB NOT NULL,
    parts BLOB NOT NULL,
    inputs BLOB NOT NULL,
    text NOT NULL,
    model NOT NULL,
    made_at INTEGER NOT NULL,
    UNIQUE (key, maker)
);
CREATE TABLE forgotten (mark BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE edits (
        row INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        key NOT NULL,
        content,
        pinned INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        deleted_at INTEGER
    );
CREATE INDEX edits_of_one ON edits (kind, key);
CREATE TRIGGER words_of_new_message AFTER INSERT ON messages BEGIN
        INSERT INTO words (rowid, content) VALUES (new.row, new.content);
    END;
CREATE TRIGGER words_of_gone_message AFTER DELETE ON messages BEGIN
        INSERT INTO words (words, rowid, content)
        VALUES ('delete', old.row, old.content);
    END;
CREATE TABLE emotions (
    row INTEGER PRIMARY KEY,
    message INTEGER NOT NULL UNIQUE REFERENCES messages(row),
    maker INTEGER NOT NULL,
    emotion BLOB NOT NULL
);
INSERT INTO chats VALUES (1, 'c1', 1, 'One', 1, 1772368215123456, 1772541015123457);
INSERT INTO chat_names VALUES ('webui', 'Anna/one', 1);
INSERT INTO messages VALUES (1, 'm1', 'user', 'Anna', 1772368215123456, 1772541015123457, '', X'5197BFE9C5BBE664037CC402D3C233A2', 'My cat is called Miso.');
INSERT INTO messages VALUES (2, 'm2', 'assistant', 'Anna', 1772368215123456, 1772541015123457, '["Anna"]', X'679DC29AC04EAF10D6D700C51319E209', X'48616C6620EDA0BD206120706169722E');
INSERT INTO lexicon VALUES (1, 0, X'07000000');
INSERT INTO lexicon VALUES (2, 0, X'07000000');
INSERT INTO places VALUES (1, 0, 1, 0, 0, NULL);
INSERT INTO places VALUES (1, 1, 2, 0, 1, NULL);
INSERT INTO visits VALUES (1, X'5197BFE9C5BBE664037CC402D3C233A2', 1);
INSERT INTO visits VALUES (1, X'679DC29AC04EAF10D6D700C51319E209', 2);
INSERT INTO models VALUES (1, 'small', 8, 'abc', 1, 'd0c6f3c156aa4da48b18a4bd5a1a15fe', 0, 0);
INSERT INTO vectors VALUES (1, 1, X'CEA3878A334B240469D159FF840B6434');
INSERT INTO vectors VALUES (1, 2, X'4129E2A8044A57CE7635FD6023661CD6');
INSERT INTO waiting VALUES (1, 1, X'0000FE3B000000000000000000000000');
INSERT INTO waiting VALUES (1, 2, X'00000000FC3B00000000000000000000');
INSERT INTO links VALUES (1, 1, 1, 1, 0, 1);
INSERT INTO links VALUES (2, 1, 1, 2, 0, 2);
INSERT INTO hand VALUES (1, 'note', 'note', 'Miso is a cat.', 0, 1772368215123456, 1772368215123456, NULL, 1, '["cat"]');
INSERT INTO meta VALUES ('k', 'v');
INSERT INTO summaries VALUES (1, X'000102030405060708090A0B0C0D0E0F', 'extract', 'chunk', 1, 1, 2, X'0100000002000000', X'', X'FF', 'Anna: My cat is called Miso.', '', 1772541015123457);
INSERT INTO forgotten VALUES (X'00112233445566778899AABBCCDDEEFF');
INSERT INTO edits VALUES (1, 'note', 'note', 'Miso is a dog.', 0, 1772368215123456, 1772368215123455, NULL);
INSERT INTO emotions VALUES (1, 1, 2, X'00000000080000000000000000000000000000000000000000000000000000FF');
PRAGMA application_id = 1280593201;
PRAGMA user_version = 5;
COMMIT;
