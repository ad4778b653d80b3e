#include "core/config_check.h"

#include "core/base/timestamp.h"

#include <arpa/inet.h>
#include <string.h>

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Whether `s` has from `min` to `max` bytes, all of them in `allowed`. */
static bool all_of(const char *s, const char *allowed, size_t min, size_t max)
{
    size_t len = strlen(s);
    return len >= min && len <= max && strspn(s, allowed) == len;
}

static bool one_of(const char *s, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(s, *words) == 0)
            return true;
    return false;
}

const char *config_check_any(const char *s)
{
    (void)s;
    return NULL;
}

const char *config_check_account(const char *s)
{
    return all_of(s, DIGITS, 12, 12) ? NULL : "must be an account id of 12 digits";
}

const char *config_check_account_glob(const char *s)
{
    if (strspn(s, DIGITS) == strlen(s))
        return config_check_account(s);
    return config_check_glob(s);
}

const char *config_check_region(const char *s)
{
    return all_of(s, LOWER DIGITS "-", 1, 32) ? NULL : "must be a region such as eu-west-1";
}

/* IAM: names of 1 to 64 of these, paths of up to 512 before them. */
static bool is_role_name(const char *s)
{
    const char *slash = strrchr(s, '/');
    const char *name = slash == NULL ? s : slash + 1;
    return all_of(s, LOWER UPPER DIGITS "_+=,.@/-", 1, 576) &&
           all_of(name, LOWER UPPER DIGITS "_+=,.@-", 1, 64);
}

const char *config_check_role_arn(const char *s)
{
    static const char wrong[] = "must be a role's ARN such as arn:aws:iam::123456789012:role/NAME";
    struct text rest = text_of(s);
    struct text arn = text_cut(&rest, ':'), partition = text_cut(&rest, ':');
    struct text service = text_cut(&rest, ':'), region = text_cut(&rest, ':');
    struct text account = text_cut(&rest, ':');
    if (!text_equal_string(arn, "arn") || !text_starts_with(partition, "aws") ||
        !text_equal_string(service, "iam") || region.len != 0 || account.len != 12 ||
        strspn(account.data, DIGITS) != 12)
        return wrong;
    return text_starts_with(rest, "role/") && is_role_name(rest.data + strlen("role/")) ? NULL
                                                                                        : wrong;
}

const char *config_check_role(const char *s)
{
    if (text_starts_with(text_of(s), "arn:"))
        return config_check_role_arn(s);
    return is_role_name(s) ? NULL : "must be a role's name or ARN";
}

const char *config_check_external_id(const char *s)
{
    return all_of(s, LOWER UPPER DIGITS "_+=,.@:/-", 2, 1224)
               ? NULL
               : "must be 2 to 1,224 letters, digits or any of _+=,.@:/-";
}

const char *config_check_unit(const char *s)
{
    bool unit = text_starts_with(text_of(s), "ou-") && all_of(s + 3, LOWER DIGITS "-", 13, 65);
    bool root = text_starts_with(text_of(s), "r-") && all_of(s + 2, LOWER DIGITS, 4, 32);
    return unit || root ? NULL : "must be the id of an organizational unit (ou-…) or a root (r-…)";
}

const char *config_check_digits(const char *s)
{
    return all_of(s, DIGITS, 1, 20) ? NULL : "must be a number, in digits";
}

const char *config_check_project(const char *s)
{
    return all_of(s, LOWER DIGITS "-.:*?[]!", 1, 64) ? NULL : "must be a project's id, or a glob";
}

const char *config_check_project_id(const char *s)
{
    return all_of(s, LOWER DIGITS "-.:", 1, 64) ? NULL : "must be a project's id";
}

const char *config_check_domain(const char *s)
{
    bool fine = all_of(s, LOWER DIGITS "-.", 3, 253) && strchr(s, '.') != NULL && s[0] != '.' &&
                s[strlen(s) - 1] != '.' && strstr(s, "..") == NULL;
    return fine ? NULL : "must be a domain, in small letters";
}

const char *config_check_glob(const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s == '\\' && *++s == '\0')
            return "must not end in a lone backslash";
        if (*s == '[') {
            size_t first = s[1] == '!' || s[1] == '^' ? 2 : 1; /* a ']' there stands for itself */
            const char *close = s[first] == '\0' ? NULL : strchr(s + first + 1, ']');
            if (close == NULL)
                return "has a [ without its ]";
            s = close;
        }
    }
    return NULL;
}

const char *config_check_tag(const char *s)
{
    size_t key = strcspn(s, "=");
    return s[key] == '=' && key > 0 ? config_check_glob(s) : "must be KEY=VALUE";
}

const char *config_check_provider(const char *s)
{
    return text_glob(s, "aws") || text_glob(s, "gcp") ? NULL : "must be aws or gcp";
}

const char *config_check_word(const char *s)
{
    return all_of(s, LOWER DIGITS "_", 1, 128) ? NULL : "must be of small letters, digits and _";
}

const char *config_check_team(const char *s)
{
    if (s[0] == '.' || strlen(s) > 64 || strchr(s, '/') != NULL)
        return "must not begin with a dot, hold a / or be longer than 64 bytes: it names a folder";
    return strchr(s, ' ') == NULL ? NULL : "must not hold a space";
}

const char *config_check_email(const char *s)
{
    const char *at = strchr(s, '@');
    bool plain = strpbrk(s, " <>,;\"") == NULL && strlen(s) <= 254;
    return plain && at != NULL && at != s && at[1] != '\0' && strchr(at + 1, '@') == NULL
               ? NULL
               : "must be an e-mail address";
}

const char *config_check_repository(const char *s)
{
    const char *slash = strchr(s, '/');
    bool fine = slash != NULL && slash != s && slash[1] != '\0' && strchr(slash + 1, '/') == NULL &&
                all_of(s, LOWER UPPER DIGITS "_.-/", 3, 200);
    return fine ? NULL : "must be a repository as OWNER/NAME";
}

const char *config_check_severity(const char *s)
{
    static const char *const words[] = { "critical", "high", "medium", "low", "info", NULL };
    return one_of(s, words) ? NULL : "must be critical, high, medium, low or info";
}

const char *config_check_language(const char *s)
{
    static const char *const words[] = { "en", "ja", NULL };
    return one_of(s, words) ? NULL : "must be en or ja";
}

const char *config_check_fingerprint(const char *s)
{
    return s[0] == 'f' && all_of(s + 1, DIGITS "abcdef", 64, 64) ? NULL
                                                                 : "must be f and 64 hex digits";
}

const char *config_check_path(const char *s)
{
    return s[0] == '/' ? NULL : "must be a path that begins with /";
}

const char *config_check_url(const char *s)
{
    struct text t = text_of(s);
    size_t scheme = text_starts_with(t, "https://") ? 8 : text_starts_with(t, "http://") ? 7 : 0;
    bool fine = scheme > 0 && s[scheme] != '\0' && s[scheme] != '/' && strpbrk(s, " @#\"") == NULL;
    return fine ? NULL : "must be a URL with http:// or https://";
}

const char *config_check_endpoint(const char *s)
{
    static const char hole[] = "{service}";
    const size_t len = sizeof hole - 1;
    for (const char *at = s; (at = strpbrk(at, "{}")) != NULL; at += len)
        if (strncmp(at, hole, len) != 0)
            return "may have {service} between braces, and nothing else";
    return config_check_url(s);
}

const char *config_check_yes(const char *s)
{
    static const char *const words[] = { "true", "yes", "false", "no", NULL };
    return one_of(s, words) ? NULL : "must be yes or no";
}

const char *config_check_range(const char *s)
{
    static const char wrong[] = "must be an address, or a range such as 10.0.0.0/8";
    char address[INET6_ADDRSTRLEN];
    unsigned char bytes[16];
    struct text rest = text_of(s);
    struct text host = text_cut(&rest, '/');
    int family = memchr(host.data, ':', host.len) == NULL ? AF_INET : AF_INET6;
    int64_t bits = 0;
    if (host.len == 0 || host.len >= sizeof address)
        return wrong;
    memcpy(address, host.data, host.len);
    address[host.len] = '\0';
    bool fine = inet_pton(family, address, bytes) == 1 &&
                (rest.data == NULL ||
                 (text_to_int64(rest, &bits) && bits >= 0 && bits <= (family == AF_INET ? 32 : 128)));
    return fine ? NULL : wrong;
}

int64_t config_check_day_end(const char *s)
{
    int64_t unix_ms = 0;
    if (strlen(s) != strlen("2026-12-31") || !timestamp_parse_iso(text_of(s), &unix_ms))
        return 0;
    return unix_ms / 1000 + 24 * 60 * 60;
}

const char *config_check_date(const char *s)
{
    return config_check_day_end(s) > 0 ? NULL : "must be a date such as 2026-12-31";
}

bool config_check_is_secret_name(const char *name)
{
    static const char *const words[] = { "password",    "passwd",      "secret",
                                         "token",       "api_key",     "access_key",
                                         "private_key", "webhook_url", NULL };
    struct text t = text_of(name);
    if (text_ends_with(t, "_env") || text_ends_with(t, "_file"))
        return false;
    for (size_t i = 0; words[i] != NULL; i++)
        if (strstr(name, words[i]) != NULL)
            return true;
    return false;
}
