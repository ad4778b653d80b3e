#include "tests/fakecloud/ledger.h"

#include "core/base/file.h"
#include "core/base/map.h"
#include "core/base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_MAX = 160, REPORT_MAX = 1 << 20 };

struct count {
    uint64_t calls, throttled, refused, spoilt;
};

struct ledger {
    const struct clock *clock;
    struct map *operations; /* struct count */
    struct count all;
    size_t parallel, peak;
    int64_t first_ms, last_ms; /* first_ms -1: nothing yet */
};

struct ledger *ledger_new(const struct clock *clock)
{
    struct ledger *l = memory_new(1, sizeof *l);
    l->clock = clock;
    l->operations = map_new(free);
    l->first_ms = -1;
    return l;
}

void ledger_free(struct ledger *l)
{
    if (l == NULL)
        return;
    map_free(l->operations);
    free(l);
}

void ledger_begin(struct ledger *l)
{
    if (l->first_ms < 0)
        l->first_ms = clock_mono_ms(l->clock);
    if (++l->parallel > l->peak)
        l->peak = l->parallel;
}

void ledger_end(struct ledger *l)
{
    l->parallel--;
    l->last_ms = clock_mono_ms(l->clock);
}

static void add(struct count *n, enum ledger_end end, bool spoilt)
{
    n->calls++;
    n->throttled += end == LEDGER_THROTTLED;
    n->refused += end == LEDGER_REFUSED;
    n->spoilt += spoilt;
}

void ledger_note(struct ledger *l, const char *service, const char *operation, enum ledger_end end,
                 bool spoilt)
{
    char key[KEY_MAX];
    (void)snprintf(key, sizeof key, "%s %s", service == NULL ? "?" : service,
                   operation == NULL ? "?" : operation);
    struct count *n = map_get(l->operations, key);
    if (n == NULL) {
        n = memory_new(1, sizeof *n);
        map_set(l->operations, key, n);
    }
    add(n, end, spoilt);
    add(&l->all, end, spoilt);
}

static void write_count(struct buffer *out, const struct count *n)
{
    buffer_append_format(out,
                         "\"calls\":%" PRIu64 ",\"throttled\":%" PRIu64 ",\"refused\":%" PRIu64
                         ",\"spoilt\":%" PRIu64,
                         n->calls, n->throttled, n->refused, n->spoilt);
}

static bool write_operation(void *ctx, const char *key, void *value)
{
    struct buffer *out = ctx;
    buffer_append_format(out, "%s\n\"%s\":{", text_ends_with(buffer_text(out), "{") ? "" : ",",
                         key);
    write_count(out, value);
    buffer_append_char(out, '}');
    return true;
}

bool ledger_write(const struct ledger *l, const char *path, struct error *err)
{
    struct buffer out;
    buffer_init(&out, REPORT_MAX);
    buffer_append_char(&out, '{');
    write_count(&out, &l->all);
    buffer_append_format(&out, ",\"peak_parallel\":%zu,\"seconds\":%.3f,\n\"operations\":{",
                         l->peak, l->first_ms < 0 ? 0 : (double)(l->last_ms - l->first_ms) / 1000);
    map_each(l->operations, write_operation, &out);
    buffer_append_string(&out, "}}\n");
    bool ok = buffer_ok(&out) ||
              error_set(err, ERROR_LIMIT, "a report of more than %d bytes", REPORT_MAX);
    ok = ok && file_write_atomic(path, buffer_text(&out), err);
    buffer_release(&out);
    return ok;
}
