#include "core/base/timestamp.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const month_names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

struct moment {
    int year, month, day, hour, minute, second, ms, offset_minutes;
};

/* Cuts a number of exactly `digits` digits off the front. */
static bool take_digits(struct text *t, int digits, int *out)
{
    int value = 0;
    if (t->len < (size_t)digits)
        return false;
    for (int i = 0; i < digits; i++) {
        if (t->data[i] < '0' || t->data[i] > '9')
            return false;
        value = value * 10 + (t->data[i] - '0');
    }
    t->data += digits;
    t->len -= (size_t)digits;
    *out = value;
    return true;
}

static bool take_char(struct text *t, char c)
{
    if (t->len == 0 || t->data[0] != c)
        return false;
    t->data++;
    t->len--;
    return true;
}

/* An optional `.123456`; only milliseconds are kept. */
static bool take_fraction(struct text *t, int *out_ms)
{
    *out_ms = 0;
    if (!take_char(t, '.'))
        return true;
    int weight = 100, digit;
    if (!take_digits(t, 1, &digit))
        return false;
    do {
        *out_ms += digit * weight;
        weight /= 10;
    } while (take_digits(t, 1, &digit));
    return true;
}

static bool take_clock(struct text *t, struct moment *m)
{
    return take_digits(t, 2, &m->hour) && take_char(t, ':') && take_digits(t, 2, &m->minute) &&
           take_char(t, ':') && take_digits(t, 2, &m->second) && take_fraction(t, &m->ms);
}

static bool take_offset(struct text *t, struct moment *m)
{
    m->offset_minutes = 0;
    if (t->len == 0 || take_char(t, 'Z') || take_char(t, 'z'))
        return true;
    int sign = t->data[0] == '+' ? 1 : -1, hours, minutes;
    if (!take_char(t, '+') && !take_char(t, '-'))
        return false;
    if (!take_digits(t, 2, &hours))
        return false;
    take_char(t, ':');
    if (!take_digits(t, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    m->offset_minutes = sign * (hours * 60 + minutes);
    return true;
}

static bool is_real(const struct moment *m)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (m->year < 1 || m->month < 1 || m->month > 12 || m->day < 1)
        return false;
    bool leap = (m->year % 4 == 0 && m->year % 100 != 0) || m->year % 400 == 0;
    int last = m->month == 2 && leap ? 29 : days[m->month - 1];
    return m->day <= last && m->hour <= 23 && m->minute <= 59 && m->second <= 60;
}

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar, March-based years. */
static int64_t days_from_civil(int year, int month, int day)
{
    int64_t y = year - (month <= 2 ? 1 : 0);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t to_unix_s(const struct moment *m)
{
    return days_from_civil(m->year, m->month, m->day) * 86400 +
           (int64_t)m->hour * 3600 + (int64_t)m->minute * 60 + m->second -
           (int64_t)m->offset_minutes * 60;
}

bool timestamp_parse_iso(struct text t, int64_t *out_unix_ms)
{
    struct moment m = { 0 };
    if (!take_digits(&t, 4, &m.year) || !take_char(&t, '-') || !take_digits(&t, 2, &m.month) ||
        !take_char(&t, '-') || !take_digits(&t, 2, &m.day))
        return false;
    bool has_clock = t.len > 0;
    if (has_clock && !take_char(&t, 'T') && !take_char(&t, 't') && !take_char(&t, ' '))
        return false;
    if (has_clock && (!take_clock(&t, &m) || !take_offset(&t, &m)))
        return false;
    if (t.len > 0 || !is_real(&m))
        return false;
    *out_unix_ms = to_unix_s(&m) * 1000 + m.ms;
    return true;
}

static bool take_month_name(struct text *t, int *out)
{
    for (int i = 0; i < 12; i++) {
        if (!text_starts_with(*t, month_names[i]))
            continue;
        t->data += 3;
        t->len -= 3;
        *out = i + 1;
        return true;
    }
    return false;
}

bool timestamp_parse_http(struct text t, int64_t *out_unix_ms)
{
    struct moment m = { 0 };
    size_t comma = text_find(t, ',');
    if (comma + 2 > t.len)
        return false;
    t = (struct text){ t.data + comma + 1, t.len - comma - 1 };
    if (!take_char(&t, ' ') || !take_digits(&t, 2, &m.day) || !take_char(&t, ' ') ||
        !take_month_name(&t, &m.month) || !take_char(&t, ' ') || !take_digits(&t, 4, &m.year) ||
        !take_char(&t, ' ') || !take_clock(&t, &m))
        return false;
    if (!text_equal_string(t, " GMT") || !is_real(&m))
        return false;
    *out_unix_ms = to_unix_s(&m) * 1000 + m.ms;
    return true;
}

bool timestamp_parse_basic(struct text t, int64_t *out_unix_s)
{
    struct moment m = { 0 };
    if (!take_digits(&t, 4, &m.year) || !take_digits(&t, 2, &m.month) ||
        !take_digits(&t, 2, &m.day) || !take_char(&t, 'T') || !take_digits(&t, 2, &m.hour) ||
        !take_digits(&t, 2, &m.minute) || !take_digits(&t, 2, &m.second) ||
        !text_equal_string(t, "Z") || !is_real(&m))
        return false;
    *out_unix_s = to_unix_s(&m);
    return true;
}

static void write_utc(int64_t unix_s, const char *format, char out[TIMESTAMP_MAX])
{
    struct tm tm;
    time_t t = (time_t)unix_s;
    /* strftime's %b and %a follow the locale; the program never leaves "C". */
    if (gmtime_r(&t, &tm) == NULL || strftime(out, TIMESTAMP_MAX, format, &tm) == 0)
        out[0] = '\0';
}

void timestamp_iso(int64_t unix_s, char out[TIMESTAMP_MAX])
{
    write_utc(unix_s, "%Y-%m-%dT%H:%M:%SZ", out);
}

void timestamp_iso_ms(int64_t unix_ms, char out[TIMESTAMP_MAX])
{
    int64_t s = unix_ms / 1000, ms = unix_ms % 1000;
    if (ms < 0) {
        ms += 1000;
        s--;
    }
    char head[TIMESTAMP_MAX];
    write_utc(s, "%Y-%m-%dT%H:%M:%S", head);
    snprintf(out, TIMESTAMP_MAX, "%.20s.%03dZ", head, (int)ms);
}

static char *put_two(char *at, int value)
{
    at[0] = (char)('0' + value / 10);
    at[1] = (char)('0' + value % 10);
    return at + 2;
}

/* Without strftime() where the year has four digits: a request is signed with it several times over. */
void timestamp_basic(int64_t unix_s, char out[TIMESTAMP_MAX])
{
    struct tm tm;
    time_t t = (time_t)unix_s;
    if (gmtime_r(&t, &tm) == NULL || tm.tm_year < -900 || tm.tm_year > 8099) {
        write_utc(unix_s, "%Y%m%dT%H%M%SZ", out);
        return;
    }
    char *at = put_two(out, (tm.tm_year + 1900) / 100);
    at = put_two(put_two(put_two(at, (tm.tm_year + 1900) % 100), tm.tm_mon + 1), tm.tm_mday);
    *at++ = 'T';
    at = put_two(put_two(put_two(at, tm.tm_hour), tm.tm_min), tm.tm_sec);
    *at++ = 'Z';
    *at = '\0';
}

void timestamp_date(int64_t unix_s, char out[TIMESTAMP_MAX])
{
    write_utc(unix_s, "%Y-%m-%d", out);
}

void timestamp_http(int64_t unix_s, char out[TIMESTAMP_MAX])
{
    write_utc(unix_s, "%a, %d %b %Y %H:%M:%S GMT", out);
}
