#include "core/store/store.h"

#include "core/base/embedded.h"
#include "core/base/file.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/store/compare.h"
#include "core/store/internal.h"
#include "core/store/lock.h"
#include "core/store/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    STATE_VERSION = 5,
    REDACT_KEY_BYTES = 32,
    BUSY_TIMEOUT_MS = 5000, /* readers hold nothing for long; writers are kept out by the lock */
    GROUP_SCOPES = 500,     /* a commit costs about as much as the writes of ten empty scopes … */
    GROUP_MS = 250,         /* … and a kill may cost at most this much of a walk */
};

static struct migrate_plan plan(void)
{
    return (struct migrate_plan){ embedded_store, embedded_store_count, "core/store",
                                  STATE_VERSION };
}

const char *store_file(const char *name)
{
    struct migrate_plan p = plan();
    return migrate_file(&p, name);
}

/* ---- opening ---- */

/* A folder of ours that others could look into is closed to them; one of somebody else's is left alone. */
static bool close_to_others(const char *folder, struct error *err)
{
    struct stat st;
    if (stat(folder, &st) != 0)
        return error_set(err, ERROR_IO, "cannot look at %s: %s", folder, strerror(errno));
    if ((st.st_mode & 077) == 0 || st.st_uid != geteuid())
        return true;
    return chmod(folder, 0700) == 0 ||
           error_set(err, ERROR_IO, "cannot close %s to others: %s", folder, strerror(errno));
}

/* SQLite would make the file with the user's umask; its -wal and -shm take the mode of this one. */
static bool make_private_file(const char *path, struct error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(err, ERROR_IO, "cannot open %s: %s", path, strerror(errno));
    close(fd);
    return true;
}

static bool prepare_folder(struct store *s, const char *folder, int64_t now_unix_s,
                           struct error *err)
{
    char *lock = memory_format("%s/lock", folder);
    bool ok = file_make_folder(folder, err) && close_to_others(folder, err) &&
              lock_take(lock, now_unix_s, &s->lock, err);
    free(lock);
    return ok;
}

static bool make_redact_key(struct store *s, struct error *err)
{
    unsigned char key[REDACT_KEY_BYTES];
    if (RAND_bytes(key, sizeof key) != 1)
        return error_set(err, ERROR_INTERNAL, "no random bytes from OpenSSL");
    bool ok = sql_run(&s->sql, "INSERT OR IGNORE INTO meta(key, value) VALUES ('redact_key', ?1)",
                      SQL_VALUES(sql_blob(key, sizeof key)), err);
    secret_set(&s->redact_key, key, sizeof key);
    OPENSSL_cleanse(key, sizeof key);
    return ok;
}

static bool read_redact_key(struct store *s, struct error *err)
{
    sqlite3_stmt *st =
        sql_start(&s->sql, "SELECT value FROM meta WHERE key = 'redact_key'", SQL_NO_VALUES, err);
    if (st == NULL)
        return false;
    enum sql_step step = sql_next(&s->sql, st, err);
    if (step == SQL_ROW) {
        secret_set(&s->redact_key, sqlite3_column_blob(st, 0), (size_t)sqlite3_column_bytes(st, 0));
        sql_stop(st);
    }
    return step != SQL_FAILED;
}

static bool find_redact_key(struct store *s, enum store_mode mode, struct error *err)
{
    if (!read_redact_key(s, err))
        return false;
    if (secret_is_empty(&s->redact_key) && mode == STORE_WRITE)
        return make_redact_key(s, err);
    return secret_reveal(&s->redact_key).len == REDACT_KEY_BYTES ||
           error_set(err, ERROR_STORE, "%s holds no redact key", s->sql.path);
}

static bool open_for_writing(struct store *s, struct error *err)
{
    struct migrate_plan p = plan();
    return sql_script(
               &s->sql,
               "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
               "PRAGMA foreign_keys = ON;"
               /* KiB. A sort holds as much again before it goes to a file: sheets sort the whole estate. */
               "PRAGMA cache_size = -8192;"
               /* Pages; each checkpoint waits for the disk, so fewer and larger ones: 32 MB. */
               "PRAGMA wal_autocheckpoint = 8000",
               err) &&
           migrate_run(&s->sql, &p, err);
}

static bool open_database(struct store *s, const char *path, enum store_mode mode,
                          struct error *err)
{
    struct migrate_plan p = plan();
    bool writing = mode == STORE_WRITE;
    if (writing && !make_private_file(path, err))
        return false;
    if (!writing && !file_exists(path))
        return error_set(err, ERROR_STORE, "there is no %s yet: run a scan first", path);
    if (!sql_open(&s->sql, path, writing ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, err))
        return false;
    sqlite3_busy_timeout(s->sql.db, BUSY_TIMEOUT_MS);
    sqlite3_db_config(s->sql.db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(s->sql.db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return (writing ? open_for_writing(s, err) : migrate_check(&s->sql, &p, err)) &&
           find_redact_key(s, mode, err);
}

struct store *store_open(const char *folder, enum store_mode mode, int64_t now_unix_s,
                         struct error *err)
{
    struct store *s = memory_new(1, sizeof *s);
    s->lock = -1;
    s->shape_ids = map_new(free);
    s->compare = compare_new();
    list_init(&s->open_scopes);
    char *path = memory_format("%s/state.db", folder);
    bool ok = (mode == STORE_READ || prepare_folder(s, folder, now_unix_s, err)) &&
              open_database(s, path, mode, err);
    free(path);
    if (ok)
        return s;
    store_close(s);
    return NULL;
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    store_rollback(s);
    sql_release(&s->sql);
    secret_release(&s->redact_key);
    map_free(s->shape_ids);
    compare_free(s->compare);
    lock_release(s->lock); /* last: until here nobody else may write */
    free(s);
}

struct sqlite3 *store_db(struct store *s)
{
    return s->sql.db;
}

struct text store_redact_key(const struct store *s)
{
    return secret_reveal(&s->redact_key);
}

/* ---- transactions ---- */

/* SQLite itself rolls back where a disk is full or breaks. What was written before in the same
 * transaction is gone then, so going on would record half a walk as a whole one. */
static bool transaction_lives(struct store *s, struct error *err)
{
    if (s->transaction == STORE_IDLE || sqlite3_get_autocommit(s->sql.db) == 0)
        return true;
    return error_set(err, ERROR_STORE, "%s: an earlier write failed and undid those before it",
                     s->sql.path);
}

bool store_write(struct store *s, struct error *err)
{
    if (s->transaction != STORE_IDLE)
        return transaction_lives(s, err);
    if (!sql_run(&s->sql, "BEGIN IMMEDIATE", SQL_NO_VALUES, err))
        return false;
    s->transaction = STORE_GROUPED;
    s->grouped_scopes = 0;
    s->grouped_since_ms = -1;
    return true;
}

static bool commit(struct store *s, struct error *err)
{
    if (!transaction_lives(s, err) || !sql_run(&s->sql, "COMMIT", SQL_NO_VALUES, err))
        return false;
    s->transaction = STORE_IDLE;
    return true;
}

bool store_tick(struct store *s, int64_t now_mono_ms, struct error *err)
{
    if (s->transaction != STORE_GROUPED)
        return true;
    if (s->grouped_since_ms < 0)
        s->grouped_since_ms = now_mono_ms;
    if (s->grouped_scopes < GROUP_SCOPES && now_mono_ms - s->grouped_since_ms < GROUP_MS)
        return true;
    return commit(s, err);
}

bool store_begin(struct store *s, struct error *err)
{
    if (s->transaction == STORE_EXPLICIT)
        return error_set(err, ERROR_INTERNAL, "store_begin() twice");
    if (s->transaction == STORE_GROUPED && !commit(s, err))
        return false;
    /* A pragma has no effect inside a transaction, so it comes first. */
    if (!sql_script(&s->sql, "PRAGMA synchronous = FULL", err) ||
        !sql_run(&s->sql, "BEGIN IMMEDIATE", SQL_NO_VALUES, err))
        return false;
    s->transaction = STORE_EXPLICIT;
    return true;
}

bool store_commit(struct store *s, struct error *err)
{
    bool was_explicit = s->transaction == STORE_EXPLICIT;
    if (s->transaction == STORE_IDLE)
        return true;
    return commit(s, err) &&
           (!was_explicit || sql_script(&s->sql, "PRAGMA synchronous = NORMAL", err));
}

void store_rollback(struct store *s)
{
    struct error ignored = ERROR_INIT; /* what cannot be undone was not committed either */
    if (s->transaction == STORE_IDLE)
        return;
    if (sqlite3_get_autocommit(s->sql.db) == 0)
        sql_run(&s->sql, "ROLLBACK", SQL_NO_VALUES, &ignored);
    if (s->transaction == STORE_EXPLICIT)
        sql_script(&s->sql, "PRAGMA synchronous = NORMAL", &ignored);
    s->transaction = STORE_IDLE;
    map_free(s->shape_ids); /* it may name rows that are gone now */
    s->shape_ids = map_new(free);
}

/* ---- small things ---- */

bool store_input_changed(struct store *s, int64_t run, int64_t account, const char *type,
                         struct error *err)
{
    return sql_run(
        &s->sql,
        "INSERT INTO input(type, account, run) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (type, account) DO UPDATE SET run = excluded.run WHERE run <> excluded.run",
        SQL_VALUES(sql_text(type), sql_int(account), sql_int(run)), err);
}

char *store_memo_get(struct store *s, const char *name)
{
    struct error ignored = ERROR_INIT;
    char *value = NULL;
    sqlite3_stmt *st = sql_start(&s->sql, "SELECT value FROM meta WHERE key = 'memo/' || ?1",
                                 SQL_VALUES(sql_text(name)), &ignored);
    if (st != NULL && sql_next(&s->sql, st, &ignored) == SQL_ROW)
        value = memory_string(sql_string(st, 0));
    sql_stop(st);
    return value;
}

bool store_memo_put(struct store *s, const char *name, const char *value, struct error *err)
{
    return store_write(s, err) &&
           sql_run(&s->sql,
                   "INSERT INTO meta(key, value) VALUES ('memo/' || ?1, ?2) ON CONFLICT (key)"
                   " DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
                   SQL_VALUES(sql_text(name), sql_text(value)), err);
}
