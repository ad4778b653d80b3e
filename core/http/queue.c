#include "core/http/queue.h"

#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    LANE_NAME_FIRST = 160,      /* bytes: most names of lanes fit */
    TURNS_PER_CONNECTION = 16,  /* a host's turn, for each connection it may have */
    ROOM_FIRST = 64 * 1024,     /* what an answer of an unknown key is expected to take */
    ROOM_STREAMED = 256 * 1024, /* at most, where a sink takes the bytes: they pass through */
    ROOM_PASSES = 128,          /* so often may others overtake one that waits for room */
};

/* ---- keys, hosts, lanes ---- */

static enum keyed_worth key_worth(const void *value, int64_t now_ms)
{
    const struct queue_key *k = value;
    if (k->lanes > 0 || k->timer.slot != 0)
        return KEYED_IN_USE;
    bool as_new = limiter_is_calm(&k->limiter, now_ms) && retry_quota_is_full(&k->quota);
    return as_new ? KEYED_WORTHLESS : KEYED_MEMORY;
}

static enum keyed_worth host_worth(const void *value, int64_t now_ms)
{
    const struct queue_host *h = value;
    if (h->lanes > 0)
        return KEYED_IN_USE;
    bool dead = h->breaker.state != BREAKER_ALIVE && now_ms < h->breaker.trial_ms;
    return dead || !retry_quota_is_full(&h->quota) ? KEYED_MEMORY : KEYED_WORTHLESS;
}

static enum keyed_worth lane_worth(const void *value, int64_t now_ms)
{
    (void)now_ms;
    return ((const struct queue_lane *)value)->entries > 0 ? KEYED_IN_USE : KEYED_WORTHLESS;
}

static void host_drop(void *value)
{
    struct queue_host *h = value;
    free(h->name);
    free(h);
}

static void lane_drop(void *value)
{
    struct queue_lane *lane = value;
    lane->key->lanes--;
    lane->host->lanes--;
    free(lane);
}

void queue_init(struct queue *q, const struct queue_options *options)
{
    *q = (struct queue){ .options = *options };
    keyed_init(&q->keys, key_worth, free);
    keyed_init(&q->hosts, host_worth, host_drop);
    keyed_init(&q->lanes, lane_worth, lane_drop);
    timers_init(&q->timers);
    list_init(&q->ring);
    list_init(&q->room);
}

void queue_release(struct queue *q)
{
    keyed_release(&q->lanes); /* first: a lane counts itself off its key and host */
    keyed_release(&q->hosts);
    keyed_release(&q->keys);
    timers_release(&q->timers);
}

static struct queue_key *find_key(struct queue *q, const char *name, int64_t now_ms)
{
    struct queue_key *k = keyed_get(&q->keys, name);
    if (k != NULL)
        return k;
    k = memory_new(1, sizeof *k);
    limiter_init(&k->limiter, now_ms);
    retry_quota_init(&k->quota);
    k->expected_bytes = ROOM_FIRST;
    list_init(&k->waiting);
    keyed_add(&q->keys, name, k, now_ms);
    return k;
}

static struct queue_host *find_host(struct queue *q, const char *name, int64_t now_ms)
{
    struct queue_host *h = keyed_get(&q->hosts, name);
    if (h != NULL)
        return h;
    h = memory_new(1, sizeof *h);
    h->name = memory_string(name);
    breaker_init(&h->breaker);
    retry_quota_init(&h->quota);
    list_init(&h->ring);
    list_init(&h->ready);
    list_init(&h->busy);
    list_init(&h->resting);
    keyed_add(&q->hosts, name, h, now_ms);
    return h;
}

/* `name` is "HOST\nKEY". `key` NULL: the host stands for it, so that throttling and sizes are remembered somewhere. */
static struct queue_lane *add_lane(struct queue *q, const char *name, const char *key,
                                   int64_t now_ms)
{
    struct queue_lane *lane = memory_new(1, sizeof *lane);
    char *host = memory_string_n(name, strcspn(name, "\n"));
    lane->host = find_host(q, host, now_ms);
    lane->host->lanes++;
    lane->key = find_key(q, key == NULL ? name : key, now_ms);
    lane->key->lanes++;
    list_init(&lane->place);
    list_init(&lane->of_host);
    list_init(&lane->jobs);
    keyed_add(&q->lanes, name, lane, now_ms);
    free(host);
    return lane;
}

static void append_lane_name(const struct http_request *r, struct buffer *out)
{
    buffer_append_text(out, text_of(r->scheme));
    buffer_append_string(out, "://");
    buffer_append_text(out, text_of(r->host));
    if (r->port != 0)
        buffer_append_format(out, ":%d", r->port);
    buffer_append_char(out, '\n');
    buffer_append_text(out, text_of(r->limit.key));
}

static struct queue_lane *find_lane(struct queue *q, const struct http_request *r, int64_t now_ms)
{
    struct buffer name;
    buffer_init(&name, SIZE_MAX - 1); /* as long as host and key are */
    buffer_reserve(&name, LANE_NAME_FIRST);
    append_lane_name(r, &name);
    struct queue_lane *lane = keyed_get(&q->lanes, buffer_string(&name));
    if (lane == NULL)
        lane = add_lane(q, buffer_string(&name), r->limit.key, now_ms);
    buffer_release(&name);
    return lane;
}

void queue_enter(struct queue *q, struct queue_entry *entry, const struct http_request *request,
                 int64_t now_ms)
{
    const struct http_limit *limit = &request->limit;
    list_init(&entry->link);
    entry->lane = find_lane(q, request, now_ms);
    entry->lane->entries++;
    if (limit->key != NULL)
        limiter_set(&entry->lane->key->limiter, limit->rate_per_s, limit->burst,
                    q->options.share_of_quota);
}

void queue_leave(struct queue_entry *entry)
{
    entry->lane->entries--;
    entry->lane = NULL;
}

/* ---- places ---- */

static bool is_linked(const struct list *node)
{
    return !list_is_empty(node);
}

static void push_front(struct list *l, struct list *node)
{
    list_push_back(l->next, node); /* before the first is behind the head */
}

/* Puts a host into the ring, or out of it, as it is now. In the middle of its turn it comes to the
 * front, for its connections are warm; at the turn's end, to the back. */
static void settle_host(struct queue *q, struct queue_host *h)
{
    bool turn_over = h->turn >= q->options.max_per_host * TURNS_PER_CONNECTION;
    bool able = !list_is_empty(&h->ready) && h->running < q->options.max_per_host;
    if (turn_over)
        h->turn = 0;
    if (turn_over || !able)
        list_remove(&h->ring);
    if (!able || is_linked(&h->ring))
        return;
    if (h->turn > 0)
        push_front(&q->ring, &h->ring);
    else
        list_push_back(&q->ring, &h->ring);
}

/* Moves a lane to the end of a list of lanes: ready, waiting, room. */
static void place_lane(struct queue *q, struct queue_lane *lane, struct list *where)
{
    list_remove(&lane->place);
    list_push_back(where, &lane->place);
    settle_host(q, lane->host);
}

/* After its jobs changed: an empty lane is nowhere, one that was nowhere becomes ready. */
static void settle_lane(struct queue *q, struct queue_lane *lane)
{
    if (list_is_empty(&lane->jobs)) {
        list_remove(&lane->place);
        list_remove(&lane->of_host);
        settle_host(q, lane->host);
    } else if (!is_linked(&lane->place)) {
        list_push_back(&lane->host->busy, &lane->of_host);
        place_lane(q, lane, &lane->host->ready);
    }
}

void queue_wait(struct queue *q, struct queue_entry *entry, bool first)
{
    list_remove(&entry->link);
    if (first)
        push_front(&entry->lane->jobs, &entry->link);
    else
        list_push_back(&entry->lane->jobs, &entry->link);
    settle_lane(q, entry->lane);
}

void queue_rest(struct queue_entry *entry)
{
    list_remove(&entry->link);
    list_push_back(&entry->lane->host->resting, &entry->link);
}

void queue_withdraw(struct queue *q, struct queue_entry *entry)
{
    list_remove(&entry->link);
    settle_lane(q, entry->lane);
}

void queue_withdraw_host(struct queue *q, struct queue_host *host, struct list *out)
{
    struct list *node;
    while (!list_is_empty(&host->busy)) {
        struct queue_lane *lane = LIST_OWNER(host->busy.next, struct queue_lane, of_host);
        while ((node = list_pop_front(&lane->jobs)) != NULL)
            list_push_back(out, node);
        settle_lane(q, lane);
    }
    while ((node = list_pop_front(&host->resting)) != NULL)
        list_push_back(out, node);
}

/* ---- who is next ---- */

static size_t wanted_bytes(const struct queue_lane *lane, const struct queue_entry *entry)
{
    size_t expected = lane->key->expected_bytes;
    return entry->streams && expected > ROOM_STREAMED ? ROOM_STREAMED : expected;
}

/* Where nothing is in flight anything fits. */
static bool fits(const struct queue *q, const struct queue_lane *lane)
{
    const struct queue_entry *first = LIST_OWNER(lane->jobs.next, struct queue_entry, link);
    size_t wanted = wanted_bytes(lane, first);
    return q->bytes_in_flight == 0 ||
           (wanted <= q->options.max_bytes && q->bytes_in_flight <= q->options.max_bytes - wanted);
}

/* Wakes as many lanes as there are tokens; the rest are looked at again one token later. A lane that
 * finds its token gone waits once more: that is one look a token, whatever the number of lanes. */
static void wake_key(struct queue *q, struct queue_key *k, int64_t now_ms)
{
    int64_t wait = limiter_wait_ms(&k->limiter, now_ms);
    int64_t tokens = wait > 0 ? 0 : limiter_tokens(&k->limiter);
    for (; tokens > 0 && !list_is_empty(&k->waiting); tokens--) {
        struct queue_lane *lane = LIST_OWNER(k->waiting.next, struct queue_lane, place);
        place_lane(q, lane, &lane->host->ready);
    }
    if (!list_is_empty(&k->waiting))
        timers_set(&q->timers, &k->timer,
                   now_ms + (wait > 0 ? wait : limiter_interval_ms(&k->limiter)));
}

static void wait_for_token(struct queue *q, struct queue_lane *lane, int64_t now_ms)
{
    struct queue_key *k = lane->key;
    place_lane(q, lane, &k->waiting);
    if (k->timer.slot == 0)
        timers_set(&q->timers, &k->timer, now_ms + limiter_wait_ms(&k->limiter, now_ms));
}

static void wait_for_room(struct queue *q, struct queue_lane *lane)
{
    if (list_is_empty(&q->room))
        q->passed = 0;
    place_lane(q, lane, &q->room);
}

/* The first that waits for room goes before everybody, if there is room now. */
static void wake_room(struct queue *q)
{
    if (list_is_empty(&q->room))
        return;
    struct queue_lane *lane = LIST_OWNER(q->room.next, struct queue_lane, place);
    struct queue_host *h = lane->host;
    if (!fits(q, lane))
        return;
    q->passed = 0;
    list_remove(&lane->place);
    push_front(&h->ready, &lane->place);
    settle_host(q, h);
    if (is_linked(&h->ring)) {
        list_remove(&h->ring);
        push_front(&q->ring, &h->ring);
    }
}

static struct queue_entry *take_first(struct queue *q, struct queue_lane *lane)
{
    struct queue_entry *entry = LIST_OWNER(lane->jobs.next, struct queue_entry, link);
    queue_withdraw(q, entry);
    if (is_linked(&lane->place))
        place_lane(q, lane, &lane->host->ready); /* behind the host's other lanes */
    return entry;
}

/* No more starts while one has waited for room too long: what runs must end first. */
static bool may_start(const struct queue *q)
{
    bool holds = !list_is_empty(&q->room) && q->passed >= ROOM_PASSES;
    return q->running < q->options.max_running && !holds;
}

struct queue_entry *queue_next(struct queue *q, int64_t now_ms)
{
    struct timer *due;
    while ((due = timers_due(&q->timers, now_ms)) != NULL)
        wake_key(q, LIST_OWNER(due, struct queue_key, timer), now_ms);
    /* Ends: nothing here changes what fits, so a lane leaves `room` or enters it once at most, and
     * what waits for a token stays there. */
    for (;;) {
        wake_room(q);
        if (!may_start(q) || list_is_empty(&q->ring))
            return NULL;
        struct queue_host *host = LIST_OWNER(q->ring.next, struct queue_host, ring);
        struct queue_lane *lane = LIST_OWNER(host->ready.next, struct queue_lane, place);
        if (limiter_wait_ms(&lane->key->limiter, now_ms) > 0)
            wait_for_token(q, lane, now_ms);
        else if (!fits(q, lane))
            wait_for_room(q, lane);
        else
            return take_first(q, lane);
    }
}

void queue_started(struct queue *q, struct queue_entry *entry, int64_t now_ms)
{
    struct queue_host *h = entry->lane->host;
    limiter_take(&entry->lane->key->limiter, now_ms);
    entry->reserved_bytes = wanted_bytes(entry->lane, entry);
    q->bytes_in_flight += entry->reserved_bytes;
    q->running++;
    q->passed++;
    h->running++;
    h->turn++;
    settle_host(q, h);
}

/* Up at once, down by an eighth: the next page is most likely as large as the largest of late. */
static void learn_size(struct queue_key *k, uint64_t bytes)
{
    if (bytes >= k->expected_bytes)
        k->expected_bytes = (size_t)bytes;
    else
        k->expected_bytes -= (k->expected_bytes - (size_t)bytes) / 8;
}

void queue_ended(struct queue *q, struct queue_entry *entry, uint64_t bytes)
{
    q->bytes_in_flight -= entry->reserved_bytes;
    entry->reserved_bytes = 0;
    q->running--;
    entry->lane->host->running--;
    if (bytes > 0)
        learn_size(entry->lane->key, bytes);
    settle_host(q, entry->lane->host);
}

int64_t queue_wake_ms(const struct queue *q)
{
    return timers_next(&q->timers);
}

static bool count_dead(void *ctx, const char *name, void *value)
{
    (void)name;
    *(size_t *)ctx += ((const struct queue_host *)value)->breaker.state != BREAKER_ALIVE;
    return true;
}

size_t queue_dead_hosts(const struct queue *q)
{
    size_t dead = 0;
    map_each(q->hosts.map, count_dead, &dead);
    return dead;
}
