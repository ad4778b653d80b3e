#ifndef PROVIDERS_AWS_PROTOCOL_DECODE_FRAMES_H
#define PROVIDERS_AWS_PROTOCOL_DECODE_FRAMES_H

#include "core/decode/xml.h"
#include "providers/aws/protocol/decode_parts.h"

/*
 * A stack of open elements; each frame owns the value that it is building until its element ends, when
 * the value goes to the frame below, to on_item, or nowhere.
 */
enum frame_kind {
    FRAME_SEARCH, /* an envelope: the output is in a child called x->wanted */
    FRAME_STRUCTURE,
    FRAME_LIST,
    FRAME_MAP,
    FRAME_ENTRY, /* one pair of a map */
    FRAME_SCALAR,
};

/* What becomes of a value. */
enum frame_role {
    ROLE_VALUE,  /* part of the frame below */
    ROLE_OUTPUT, /* the output itself: o->rest, not owned */
    ROLE_ITEM,
    ROLE_PARENT, /* element of a list on the way: seen from on_item, then dropped */
};

struct frame {
    enum frame_kind kind;
    enum frame_role role;
    const struct aws_member *m;    /* NULL in envelopes; of an entry: the map's */
    const struct aws_member *flat; /* the flattened list that this is an element of, or NULL */
    struct json_object *value;     /* NULL for scalars, and for lists on the way */
    struct json_object *key;       /* FRAME_ENTRY: the name; `value` is what stands under it */
    int step;
    size_t hint, known, unknown; /* FRAME_STRUCTURE: children that the model has and has not */
    char *unknown_name;          /* the first of the latter, in a union */
};

struct decode_xml {
    struct decode_output *o;
    struct xml_reader *reader;
    struct frame frames[XML_DEPTH_MAX];
    size_t depth;
    size_t skipped;     /* open elements that nobody wants */
    const char *wanted; /* FRAME_SEARCH: the name of the element that is the output */
    bool has_output, text_closed;
    struct buffer text; /* of the scalar at hand */
};

/* Opens a frame. The reader's depth is capped at the array's size, and an element opens one frame at most. */
struct frame *decode_frames_push(struct decode_xml *x, enum frame_kind kind, enum frame_role role,
                                 const struct aws_member *m, int step);

/* What kind of frame builds a value of this type, and the empty value that it starts with. */
enum frame_kind decode_frames_kind(enum aws_type type);
struct json_object *decode_frames_container(enum frame_kind kind);

/* Closes the last one: its value goes where its role says. */
bool decode_frames_close(struct decode_xml *x, struct error *err);

/* Drops all of them. */
void decode_frames_drop(struct decode_xml *x);

#endif
