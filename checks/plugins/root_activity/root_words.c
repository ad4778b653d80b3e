#include "checks/plugins/root_activity/root_words.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 8 * 1024, GRAVE_MAX = 5 };

/* Takes both over. */
static struct json_object *both(char *en, char *ja)
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "en", json_object_new_string(en));
    json_object_object_add(o, "ja", json_object_new_string(ja));
    free(en);
    free(ja);
    return o;
}

/* ---- how ---- */

static const char *mfa_en(const struct root_path *p)
{
    return p->without_mfa ? " without MFA" : p->with_mfa ? " with MFA" : "";
}

static const char *mfa_ja(const struct root_path *p)
{
    return p->without_mfa ? "(MFAなし)" : p->with_mfa ? "(MFAあり)" : "";
}

/* What was done that stands out: ": CreateAccessKey, DeleteTrail". free(). */
static char *grave_of(const struct root_path *p, const char *before, const char *between)
{
    struct buffer b;
    struct json_object *words = root_tally_words(&p->grave, GRAVE_MAX);
    buffer_init(&b, WORDS_MAX);
    for (size_t i = 0; i < json_object_array_length(words); i++) {
        buffer_append_string(&b, i == 0 ? before : between);
        buffer_append_string(&b, json_object_get_string(json_object_array_get_idx(words, i)));
    }
    json_object_put(words);
    return buffer_detach(&b);
}

static struct json_object *how_task(enum root_task task)
{
    static const char *const en[] = { "audit root credentials",  "unlock a bucket policy",
                                      "unlock a queue policy",   "make root credentials",
                                      "delete root credentials", "do more than its tasks allow" };
    static const char *const ja[] = { "root認証情報の監査",         "バケットポリシーのロック解除",
                                      "キューポリシーのロック解除", "root認証情報の作成",
                                      "root認証情報の削除",         "想定外の操作" };
    return both(
        memory_format(
            "a session of AssumeRoot was used to %s (who asked for it is in the trail of the "
            "organization's management or delegated account)",
            en[task]),
        memory_format(
            "AssumeRootのセッションが使われました(%s。要求した人は組織の管理アカウントか委任先アカウントの証跡にあります)",
            ja[task]));
}

static struct json_object *how_used(const struct root_path *p)
{
    char *en = grave_of(p, ": ", ", "), *ja = grave_of(p, "。重大な操作: ", "、");
    struct json_object *o =
        p->kind == ROOT_KEY
            ? both(memory_format("the root access key %s was used%s", p->key, en),
                   memory_format("rootのアクセスキー %s が使われました%s", p->key, ja))
        : p->kind == ROOT_SESSION
            ? both(memory_format("temporary root credentials were used%s%s", mfa_en(p), en),
                   memory_format("rootの一時認証情報が使われました%s%s", mfa_ja(p), ja))
            : both(memory_format("root was used at the console%s%s", mfa_en(p), en),
                   memory_format("rootがコンソールで使われました%s%s", mfa_ja(p), ja));
    free(en);
    free(ja);
    return o;
}

struct json_object *root_words_how(const struct root_path *p)
{
    switch (p->kind) {
    case ROOT_KEY:
    case ROOT_SESSION:
    case ROOT_CONSOLE:
        return how_used(p);
    case ROOT_TASK:
        return how_task(p->task);
    case ROOT_FAILED:
        return p->then_signed_in
                   ? both(memory_string("sign-in as root failed, and succeeded later"),
                          memory_string("rootのサインインが失敗した後、成功しました"))
                   : both(memory_string("sign-in as root failed"),
                          memory_string("rootのサインインが失敗しました"));
    case ROOT_RECOVERY:
        return p->recovered ? both(memory_string("the root password was recovered"),
                                   memory_string("rootのパスワードが再設定されました"))
                            : both(memory_string("recovery of the root password was asked for"),
                                   memory_string("rootのパスワードの再設定が要求されました"));
    case ROOT_UNREADABLE:
    case ROOT_ACCOUNT_KEY:
        break;
    }
    return p->kind == ROOT_ACCOUNT_KEY
               ? both(memory_format("the key %s was used", p->key),
                      memory_format("キー %s が使われました", p->key))
               : both(memory_string("events listed as root's do not say whose they are"),
                      memory_string("rootのものとされるイベントに、実行者の記録がありません"));
}

/* ---- who ---- */

static void append_part(struct buffer *b, bool *first, const char *before, const char *value,
                        const char *comma)
{
    if (*value == '\0')
        return;
    buffer_append_string(b, *first ? "" : comma);
    buffer_append_string(b, before);
    buffer_append_string(b, value);
    *first = false;
}

/* "i-0abc (backup-server, account infra, team web)" */
static char *label_of(const struct root_actor *a, bool en)
{
    const char *comma = en ? ", " : "、",
               *account = *a->account_name == '\0' ? a->account : a->account_name;
    struct buffer b, inner;
    bool first = true;
    buffer_init(&b, WORDS_MAX);
    buffer_init(&inner, WORDS_MAX);
    append_part(&inner, &first, "", strcmp(a->name, a->id) == 0 ? "" : a->name, comma);
    append_part(&inner, &first, en ? "account " : "アカウント ", account, comma);
    append_part(&inner, &first, en ? "team " : "チーム ", a->team, comma);
    buffer_append_string(&b, a->id);
    if (!first)
        buffer_append_format(&b, en ? " (%s)" : "(%s)", buffer_string(&inner));
    buffer_release(&inner);
    return buffer_detach(&b);
}

static struct json_object *who_holds(const struct root_actor *a)
{
    char *en = label_of(a, true), *ja = label_of(a, false);
    const char *later_en = a->later ? ", which was first seen with that address later" : "",
               *later_ja = a->later ? "(このアドレスとの対応を確認したのは使用より後です)" : "",
               *gone_en = a->released ? ", which has let the address go since" : "",
               *gone_ja = a->released ? "(現在このアドレスは手放しています)" : "";
    const char *before_en = a->shared   ? "one of the machines behind "
                            : a->member ? "a member of "
                                        : "",
               *after_ja = a->shared   ? "の背後にあるいずれかのマシン"
                           : a->member ? "のメンバー"
                                       : "";
    const char *in = *a->place == '\0' ? "" : " in ", *open = *a->place == '\0' ? "" : "(",
               *shut = *a->place == '\0' ? "" : ")";
    struct json_object *o = both(
        memory_format("%s%s%s%s%s%s", before_en, en, in, a->place, later_en, gone_en),
        memory_format("%s%s%s%s%s%s%s", ja, open, a->place, shut, after_ja, later_ja, gone_ja));
    free(en);
    free(ja);
    return o;
}

struct words {
    const char *from, *en, *ja; /* %s: the network, or the service */
    const char *bare_en, *bare_ja;
};

static const struct words strangers[] = {
    { "tor", "a Tor exit (%s)", "Torの出口ノード(%s)", "a Tor exit", "Torの出口ノード" },
    { "hosting", "%s, addresses of a hosting provider", "%s(ホスティング事業者のアドレス)",
      "a hosting provider", "ホスティング事業者" },
    { "private", "the private network %s", "プライベートネットワーク %s", "a private network",
      "プライベートネットワーク" },
    { "inside", "within Google's network (%s)", "Googleのネットワーク内(%s)",
      "within Google's network", "Googleのネットワーク内" },
    { "aws-internal", "AWS itself (%s)", "AWS自身(%s)", "AWS itself", "AWS自身" },
    { "none", "%s", "%s", "an address that is not told", "記録のないアドレス" },
    { "unknown", "%s, which nothing of the estate held",
      "%s(管理下のどのリソースのものでもないアドレス)",
      "an address that nothing of the estate held", "管理下のどのリソースのものでもないアドレス" },
};

/* The one "%s" of a text by its words; free(). */
static char *filled(const char *text, const char *words)
{
    const char *at = strstr(text, "%s");
    return memory_format("%.*s%s%s", (int)(at - text), text, words, at + 2);
}

static struct json_object *who_else(const struct root_actor *a)
{
    size_t i = 0, last = sizeof strangers / sizeof *strangers - 1;
    while (i < last && strcmp(strangers[i].from, a->from) != 0)
        i++;
    const struct words *w = &strangers[i];
    if (*a->network == '\0')
        return both(memory_string(w->bare_en), memory_string(w->bare_ja));
    char *place = *a->owner == '\0' ? memory_string(a->network)
                                    : memory_format("%s, %s", a->network, a->owner);
    struct json_object *o = both(filled(w->en, place), filled(w->ja, place));
    free(place);
    return o;
}

struct json_object *root_words_who(const struct root_path *p)
{
    if (p->elsewhere)
        return both(memory_string("many further networks"),
                    memory_string("そのほか多数のネットワーク"));
    return p->actor.of_estate ? who_holds(&p->actor) : who_else(&p->actor);
}
